def make_request_with_rate_limit(url, headers, data):
    response = requests.post(url, headers=headers, json=data)
    
    # Check if approaching limit
    remaining = int(response.headers.get("X-RateLimit-Remaining", 100))
    if remaining < 10:
        print("Warning: Approaching rate limit")
        time.sleep(1)  # Slow down requests
    
    # Handle rate limit exceeded
    if response.status_code == 429:
        retry_after = response.json()["error"]["details"]["retry_after"]
        print(f"Rate limited. Waiting {retry_after} seconds...")
        time.sleep(retry_after)
        return make_request_with_rate_limit(url, headers, data)
    
    return response
