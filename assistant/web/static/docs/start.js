// Shows the OpenAPI document of this server. Asks nobody else, not even for a badge of validity.
window.SwaggerUIBundle({
  url: "openapi.json",
  dom_id: "#swagger-ui",
  validatorUrl: null,
  deepLinking: true,
  defaultModelsExpandDepth: 0,
  docExpansion: "list",
});
