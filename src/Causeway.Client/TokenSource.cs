using System.Net.Http.Headers;
using System.Text.Json;

namespace Causeway.Client;

/// <summary>Fetches a bearer token by client credentials and keeps it until five minutes before it ends. Safe for concurrent use.</summary>
public sealed class TokenSource(HttpClient http, AccessFile access, PrincipalSecret principal, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Margin = TimeSpan.FromMinutes(5);
    private readonly SemaphoreSlim _gate = new(1);
    private AuthenticationHeaderValue? _header;
    private DateTimeOffset _until;

    public async ValueTask<AuthenticationHeaderValue> HeaderAsync(CancellationToken cancellation)
    {
        if (_header is { } fresh && time.GetUtcNow() < _until)
            return fresh;
        await _gate.WaitAsync(cancellation);
        try
        {
            if (_header is { } other && time.GetUtcNow() < _until)
                return other;
            using var form = new FormUrlEncodedContent(
                new Dictionary<string, string>
                {
                    ["grant_type"] = "client_credentials",
                    ["client_id"] = principal.ClientId,
                    ["client_secret"] = principal.ClientSecret,
                    ["scope"] = access.Endpoint + "/.default",
                }
            );
            using HttpResponseMessage response = await http.PostAsync($"{access.ActiveDirectory}/oauth2/token", form, cancellation);
            using JsonDocument body = Parse(await response.Content.ReadAsByteArrayAsync(cancellation), (int)response.StatusCode);
            if (!response.IsSuccessStatusCode)
            {
                string said = body.RootElement.TryGetProperty("error_description", out JsonElement d)
                    ? d.ToString()
                    : $"the server answered {(int)response.StatusCode}.";
                // One whose store is away has judged nobody: who waits may get in.
                throw (int)response.StatusCode >= 500
                    ? new ClientException($"Nobody can sign in just now: {said}", problem: ClientProblem.Unreachable)
                    : new ClientException($"Login failed: {said}", problem: ClientProblem.Login);
            }
            int seconds = body.RootElement.GetProperty("expires_in").GetInt32();
            _until = time.GetUtcNow() + TimeSpan.FromSeconds(seconds) - Margin;
            return _header = new AuthenticationHeaderValue("Bearer", body.RootElement.GetProperty("access_token").GetString());
        }
        finally
        {
            _gate.Release();
        }
    }

    private JsonDocument Parse(byte[] body, int status)
    {
        try
        {
            return JsonDocument.Parse(body);
        }
        catch (JsonException e)
        {
            throw new ClientException($"{access.ActiveDirectory} is no token issuer: it answered {status} and no JSON.", e);
        }
    }

    public void Dispose() => _gate.Dispose();
}
