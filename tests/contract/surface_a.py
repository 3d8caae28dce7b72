"""Surface A, story tasks: the document's requests, answers and errors."""

from __future__ import annotations

from tests.contract.shape import Example, Refusal

_CREDENTIALS = '{"username": "string", "password": "string"}'
_TOKEN = '{"access_token": "string", "token_type": "Bearer"}'

_OURS = frozenset({"segmentId", "urls"})

EXAMPLES = [
    Example("register", "POST", "/api/register", '{"id": 1, "username": "string"}', body=_CREDENTIALS, as_user=False,
            same=frozenset({"username"})),
    Example("login", "POST", "/api/login", _TOKEN, given="account", body=_CREDENTIALS, as_user=False,
            same=frozenset({"token_type"})),
    Example("refresh", "POST", "/api/refresh", _TOKEN, given="cookie", as_user=False, headers={"Cookie": "{cookie}"},
            same=frozenset({"token_type"})),
    Example(
        "workflow", "GET", "/api/task/workflow",
        '[{"id": 1, "name": "Story"}, {"id": 2, "name": "Image"}, {"id": 3, "name": "Split"}, '
        '{"id": 4, "name": "Speech"}, {"id": 5, "name": "Video"}]',
        as_user=False,
    ),
    Example("new task", "POST", "/api/task/new", '{"task_id": 123}',
            body='{"topic": "string", "main_role": "string (optional)", "scene": "string (optional)"}'),
    Example("new task, the example of the end", "POST", "/api/task/new", '{"task_id": 123}',
            body='{"topic":"Magnet Mania","main_role":"Penny"}'),
    Example(
        "progress", "GET", "/api/task/{task_id}/progress",
        '{"current_segment": 0, "status": "pending | running | completed | failed | deleted"}', given="task",
        more=frozenset({
            "workflow_version", "total_segments", "segment_names", "running_segment", "items_done", "items_total",
            "progress", "error",
        }),
    ),
    Example("my tasks", "GET", "/api/task/mytasks", '{"task_ids": [1, 2, 3]}', given="task"),
    Example("resources", "GET", "/api/task/{task_id}/resource",
            '{"resources": ["generated_stories/123/segment_3.txt"]}', given="split", query={"segmentId": "3"},
            more=_OURS),
    Example("execute", "POST", "/api/task/{task_id}/execute/1",
            '{"accepted": true, "message": "Simulated execution completed"}', given="task",
            same=frozenset({"accepted"})),
    Example("delete", "DELETE", "/api/task/{task_id}", '{"deleted": true}', given="task", same=frozenset({"deleted"})),
]  # fmt: skip

NO_TASK = "Task not found"
OUT_OF_ORDER = "Segment cannot be executed out of order"
REFUSALS = [
    Refusal("a name that is taken", "POST", "/api/register", 400, "Username already exists", given="account",
            body=_CREDENTIALS),
    Refusal("a wrong password", "POST", "/api/login", 401, "Invalid credentials", given="account",
            body='{"username": "string", "password": "another"}'),
    Refusal("an unknown name", "POST", "/api/login", 401, "Invalid credentials", body=_CREDENTIALS),
    Refusal("no refresh cookie", "POST", "/api/refresh", 401, "Invalid refresh token"),
    Refusal("a made-up refresh cookie", "POST", "/api/refresh", 401, "Invalid refresh token",
            headers={"Cookie": "refresh_token=nonsense"}),
    Refusal("a spent refresh cookie", "POST", "/api/refresh", 401, "Invalid refresh token", given="cookie",
            headers={"Cookie": "{cookie}"}, again=True),
    Refusal("progress of no task", "GET", "/api/task/99/progress", 404, NO_TASK),
    Refusal("progress of a deleted task", "GET", "/api/task/{task_id}/progress", 404, NO_TASK, given="deleted task"),
    Refusal("resources of no task", "GET", "/api/task/99/resource", 404, NO_TASK, query={"segmentId": "1"}),
    Refusal("resources too early", "GET", "/api/task/{task_id}/resource", 400, "Segment not completed yet",
            given="task", query={"segmentId": "1"}),
    Refusal("execute of no task", "POST", "/api/task/99/execute/1", 404, NO_TASK),
    Refusal("execute out of order", "POST", "/api/task/{task_id}/execute/2", 400, OUT_OF_ORDER, given="task"),
    Refusal("execute what is done", "POST", "/api/task/{task_id}/execute/1", 400, OUT_OF_ORDER, given="split"),
    Refusal("an unknown segment", "POST", "/api/task/{task_id}/execute/9", 400, "Unknown segment", given="task"),
    Refusal("delete of no task", "DELETE", "/api/task/99", 404, NO_TASK),
    Refusal("delete once more", "DELETE", "/api/task/{task_id}", 404, NO_TASK, given="deleted task"),
]  # fmt: skip
