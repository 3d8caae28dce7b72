def make_authenticated_request(url, token, data=None):
    headers = {"Authorization": f"Bearer {token}"}
    response = requests.post(url, headers=headers, json=data)
    
    if response.status_code == 401:
        # Token expired, refresh it
        new_token = refresh_access_token(refresh_token)
        headers["Authorization"] = f"Bearer {new_token}"
        response = requests.post(url, headers=headers, json=data)
    
    return response
