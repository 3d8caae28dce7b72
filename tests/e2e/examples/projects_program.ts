const BASE_URL = "http://localhost:8000/api/v1";

// Authentication
async function authenticate(username: string, password: string) {
  const response = await fetch(`${BASE_URL}/auth/login`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ username, password })
  });
  
  if (!response.ok) {
    throw new Error("Authentication failed");
  }
  
  const data = await response.json();
  return data.access_token;
}

// Generate project
async function generateProject(token: string, prompt: string) {
  const response = await fetch(`${BASE_URL}/generate/project`, {
    method: "POST",
    headers: {
      "Authorization": `Bearer ${token}`,
      "Content-Type": "application/json"
    },
    body: JSON.stringify({
      prompt,
      language: "en",
      preferences: {
        sceneCount: 8,
        style: "cinematic"
      }
    })
  });
  
  if (!response.ok) {
    const error = await response.json();
    throw new Error(error.error.message);
  }
  
  return await response.json();
}

// Usage
async function main() {
  try {
    const token = await authenticate("user@example.com", "password");
    const project = await generateProject(
      token,
      "Create an action adventure about treasure hunters"
    );
    
    console.log("Project generated:", project.project_name);
    console.log("Scenes:", project.scenes.length);
  } catch (error) {
    console.error("Error:", error.message);
  }
}

main();
