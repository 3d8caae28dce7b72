"""Other systems that carry out the story workflow, each with its own virtualenv and private servers on this machine."""
