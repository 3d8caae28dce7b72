import requests
import json

BASE_URL = "http://localhost:8000/api/v1"

# 1. Authenticate
login_response = requests.post(
    f"{BASE_URL}/auth/login",
    json={
        "username": "user@example.com",
        "password": "secure_password"
    }
)
tokens = login_response.json()
access_token = tokens["access_token"]

# Set up headers for authenticated requests
headers = {
    "Authorization": f"Bearer {access_token}",
    "Content-Type": "application/json"
}

# 2. Generate a project
generate_response = requests.post(
    f"{BASE_URL}/generate/project",
    headers=headers,
    json={
        "prompt": "Create a mystery thriller set in a haunted mansion",
        "language": "en",
        "preferences": {
            "sceneCount": 6,
            "style": "gothic horror"
        }
    }
)
project_preview = generate_response.json()
preview_id = project_preview["preview_id"]

print(f"Generated project: {project_preview['project_name']}")
print(f"Scenes: {len(project_preview['scenes'])}")
print(f"Characters: {len(project_preview['characters'])}")

# 3. Review and finalize the project
finalize_response = requests.post(
    f"{BASE_URL}/generate/finalize",
    headers=headers,
    json={"preview_id": preview_id}
)
finalized = finalize_response.json()

print(f"Project saved to: {finalized['project_path']}")

# 4. Open the project
open_response = requests.post(
    f"{BASE_URL}/projects/open",
    headers=headers,
    json={"project_name": finalized["project_name"]}
)
project_info = open_response.json()

# 5. Modify a scene
modify_response = requests.patch(
    f"{BASE_URL}/projects/{project_info['project_name']}/scenes/scene_1",
    headers=headers,
    json={
        "description": "Updated scene description with more detail",
        "duration": 25.0
    }
)

# 6. Check storage usage
storage_response = requests.get(
    f"{BASE_URL}/storage/stats",
    headers=headers
)
storage = storage_response.json()

print(f"Storage used: {storage['usage_percent']:.1f}%")
print(f"Files: {storage['file_count']}/{storage['file_limit']}")

# 7. Close the project
close_response = requests.post(
    f"{BASE_URL}/projects/close",
    headers=headers,
    json={"save": True}
)

print("Project closed and saved")
