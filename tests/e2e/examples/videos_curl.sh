# token
curl -X POST https://api.example.com/v1/auth/token -d "username=user@example.com" -d "password=secure_password"

# refresh
curl -X POST https://api.example.com/v1/auth/refresh -H "Authorization: Bearer $TOKEN" -H "Content-Type: application/json"

# generate
curl -X POST https://api.example.com/v1/video \
  -H "Authorization: Bearer $TOKEN" -H "Content-Type: application/json" \
  -d '{
    "story_topic": "bedtime",
    "art_style": "pixar-art",
    "duration": "short",
    "language": "english",
    "voice_name": "nova"
}'

# task
curl -X GET https://api.example.com/v1/video/tasks/$TASK_ID -H "Authorization: Bearer $TOKEN"

# images
curl -X GET https://api.example.com/v1/images/tasks/$TASK_ID -H "Authorization: Bearer $TOKEN"

# regenerate
curl -X POST https://api.example.com/v1/images/$IMAGE_ID -H "Authorization: Bearer $TOKEN"
