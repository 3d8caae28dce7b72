def handle_api_error(response):
    if not response.ok:
        error_data = response.json()["error"]
        
        print(f"Error {response.status_code}: {error_data['code']}")
        print(f"Message: {error_data['message']}")
        
        if "suggested_action" in error_data:
            print(f"Suggestion: {error_data['suggested_action']}")
        
        if "details" in error_data:
            print(f"Details: {json.dumps(error_data['details'], indent=2)}")
