# 1. Login
curl -X POST http://localhost:8000/api/v1/auth/login \
  -H "Content-Type: application/json" \
  -d '{"username":"user@example.com","password":"secure_password"}'

# Save the access token
TOKEN="eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9..."

# 2. Generate project
curl -X POST http://localhost:8000/api/v1/generate/project \
  -H "Authorization: Bearer $TOKEN" \
  -H "Content-Type: application/json" \
  -d '{
    "prompt": "Create a space opera about rebels fighting an empire",
    "language": "en",
    "preferences": {"sceneCount": 10}
  }'

# 3. List projects
curl -X GET http://localhost:8000/api/v1/projects/list \
  -H "Authorization: Bearer $TOKEN"

# 4. Check storage
curl -X GET http://localhost:8000/api/v1/storage/stats \
  -H "Authorization: Bearer $TOKEN"

# 5. Health check (no auth required)
curl -X GET http://localhost:8000/api/v1/health
