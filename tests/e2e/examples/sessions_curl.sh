# root
curl -X GET http://localhost:8000/

# health
curl -X GET http://localhost:8000/health

# login
curl -X POST http://localhost:8000/api/auth/login -d "username=demo@example.com" -d "password=demo123"

# exchange
curl -X POST http://localhost:8000/api/auth/exchange \
  -H "Content-Type: application/json" \
  -d '{"email": "user@example.com"}'

# me
curl -X GET http://localhost:8000/api/auth/me -H "Authorization: Bearer $TOKEN"

# generate images
curl -X POST http://localhost:8000/api/generate-images \
  -H "Authorization: Bearer $TOKEN" -H "Content-Type: application/json" \
  -d '{
  "prompt": "man buys hat",
  "num_images": 4,
  "aspect_ratio": "16:9"
}'

# approve images
curl -X POST http://localhost:8000/api/save-approved-images \
  -H "Authorization: Bearer $TOKEN" -H "Content-Type: application/json" \
  -d '{
  "session_id": "'$SESSION_ID'",
  "approved_image_urls": [
    "'$IMAGE_3'",
    "'$IMAGE_1'"
  ]
}'

# generate clips
curl -X POST http://localhost:8000/api/generate-clips \
  -H "Authorization: Bearer $TOKEN" -H "Content-Type: application/json" \
  -d '{
  "session_id": "'$SESSION_ID'",
  "video_prompt": "elegant hat showcase with smooth camera movement",
  "num_clips": 2,
  "duration": 8.0
}'

# approve clips
curl -X POST http://localhost:8000/api/save-approved-clips \
  -H "Authorization: Bearer $TOKEN" -H "Content-Type: application/json" \
  -d '{
  "session_id": "'$SESSION_ID'",
  "approved_clip_urls": [
    "'$CLIP_2'",
    "'$CLIP_1'"
  ]
}'

# upload
curl -X POST http://localhost:8000/api/storage/upload-input \
  -H "Authorization: Bearer $TOKEN" \
  -F "file=@filename.wav"

# compose
curl -X POST http://localhost:8000/api/compose-final-video \
  -H "Authorization: Bearer $TOKEN" -H "Content-Type: application/json" \
  -d '{
  "session_id": "'$SESSION_ID'",
  "text_overlays": [
    {
      "text": "Chapter 1",
      "start_time": 0.0,
      "duration": 2.0
    }
  ],
  "audio_url": "'$AUDIO_URL'"
}'

# sessions
curl -X GET "http://localhost:8000/api/sessions/?limit=10&offset=0" -H "Authorization: Bearer $TOKEN"

# session
curl -X GET http://localhost:8000/api/sessions/$SESSION_ID -H "Authorization: Bearer $TOKEN"

# costs
curl -X GET http://localhost:8000/api/sessions/$SESSION_ID/costs -H "Authorization: Bearer $TOKEN"

# prompt config
curl -X POST http://localhost:8000/api/storage/upload-prompt-config \
  -H "Authorization: Bearer $TOKEN" -H "Content-Type: application/json" \
  -d '{
  "config_data": {
    "prompt": "man buys hat",
    "num_images": 4,
    "aspect_ratio": "16:9"
  },
  "session_id": "'$SESSION_ID'"
}'

# files
curl -X GET "http://localhost:8000/api/storage/files?folder=output&asset_type=images&limit=100&offset=0" \
  -H "Authorization: Bearer $TOKEN"

# presigned URL
curl -X GET "http://localhost:8000/api/storage/files/$KEY/presigned-url?expires_in=3600" -H "Authorization: Bearer $TOKEN"

# delete a file
curl -X DELETE http://localhost:8000/api/storage/files/$KEY -H "Authorization: Bearer $TOKEN"
