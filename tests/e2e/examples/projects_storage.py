def check_storage_before_generation(headers):
    response = requests.get(
        f"{BASE_URL}/storage/stats",
        headers=headers
    )
    storage = response.json()
    
    if storage["usage_percent"] > 90:
        print("Warning: Storage nearly full")
        return False
    
    return True
