"""What a person wants to know once the system is up."""

from __future__ import annotations

from talewright.embedded.stack import StackOptions


def banner(options: StackOptions, took_s: float) -> str:
    """A few lines: where to go, who may log in, where things are, how to stop."""
    data = options.data.absolute()
    return f"""
  Talewright is ready after {took_s:.1f} s.

    API            {options.url}
    Documentation  {options.url}/docs
    Health         {options.url}/health
    Log in as      demo@example.com / demo123, user@example.com / secure_password, or register your own
    Data           {data}
    Logs           {data / "logs"}
    A film         talewright demo --topic "Magnet Mania" --role Penny   (or: make demo)

  Ctrl-C stops it; the next start finds everything again.
"""
