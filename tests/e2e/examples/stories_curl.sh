curl -X POST http://127.0.0.1:8000/api/register \
  -H "Content-Type: application/json" \
  -d '{"username":"u1","password":"p1"}'

curl -i -X POST http://127.0.0.1:8000/api/login \
  -H "Content-Type: application/json" \
  -d '{"username":"u1","password":"p1"}'

ACCESS=<your_access_token>
curl -X POST http://127.0.0.1:8000/api/task/new \
  -H "Authorization: Bearer $ACCESS" \
  -H "Content-Type: application/json" \
  -d '{"topic":"Magnet Mania","main_role":"Penny"}'

TASK_ID=<your_task_id>
curl -X POST http://127.0.0.1:8000/api/task/$TASK_ID/execute/1 \
  -H "Authorization: Bearer $ACCESS"

curl -X GET http://127.0.0.1:8000/api/task/$TASK_ID/progress \
  -H "Authorization: Bearer $ACCESS"

curl -X GET "http://127.0.0.1:8000/api/task/$TASK_ID/resource?segmentId=3" \
  -H "Authorization: Bearer $ACCESS"

curl -X DELETE http://127.0.0.1:8000/api/task/$TASK_ID \
  -H "Authorization: Bearer $ACCESS"
