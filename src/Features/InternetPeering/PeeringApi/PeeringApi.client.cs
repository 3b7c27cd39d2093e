using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Causeway.Contracts.InternetPeering;

namespace Causeway.Client.InternetPeering;

/// <summary>Speaks another network's Peering API (draft-ietf-grow-peering-api), whoever made it.</summary>
/// <param name="http">Trusts the other network; not disposed.</param>
/// <param name="url">Base address of the API, such as <c>https://peer.example/peering-api/v1</c>; a Causeway's own address will do.</param>
/// <param name="token">A bearer token for our network.</param>
public sealed class PeeringApiClient(HttpClient http, Uri url, string token)
{
    private readonly string _base = url.AbsolutePath is "/" or ""
        ? $"{url.GetLeftPart(UriPartial.Authority)}/peering-api/v1"
        : url.ToString().TrimEnd('/');

    public Task<Document<ApiLocations>> LocationsAsync(long asn, CancellationToken cancellation) =>
        ReadAsync(HttpMethod.Get, $"/locations?asn={asn}", null, PeeringApiContract.Default.ApiLocations, cancellation);

    /// <summary>Asks for sessions; those that were not taken are among the answer's errors.</summary>
    /// <exception cref="ClientException">None was taken.</exception>
    public Task<Document<ApiSessions>> AddAsync(IReadOnlyList<ApiSession> sessions, CancellationToken cancellation) =>
        ReadAsync(
            HttpMethod.Post,
            "/sessions",
            JsonSerializer.Serialize(new ApiSessions(sessions), PeeringApiContract.Default.ApiSessions),
            PeeringApiContract.Default.ApiSessions,
            cancellation
        );

    /// <summary>All sessions with our network, page by page.</summary>
    public async Task<IReadOnlyList<Document<ApiSession>>> SessionsAsync(long asn, CancellationToken cancellation)
    {
        var all = new List<Document<ApiSession>>();
        string? next = null;
        do
        {
            Document<ApiSessions> page = await ReadAsync(
                HttpMethod.Get,
                $"/sessions?asn={asn}{(next is null ? "" : $"&next_token={Uri.EscapeDataString(next)}")}",
                null,
                PeeringApiContract.Default.ApiSessions,
                cancellation
            );
            all.AddRange(
                page.Body.Sessions.Select(s => new Document<ApiSession>(
                    s,
                    JsonSerializer.SerializeToNode(s, PeeringApiContract.Default.ApiSession)!
                ))
            );
            next = page.Body.NextToken;
        } while (next is not null);
        return all;
    }

    /// <returns>False when there was none.</returns>
    public async Task<bool> DeleteAsync(string session, CancellationToken cancellation)
    {
        (int status, string text) = await SendAsync(HttpMethod.Delete, $"/sessions/{Uri.EscapeDataString(session)}", null, cancellation);
        return status switch
        {
            200 or 202 or 204 => true,
            404 => false,
            _ => throw Refused(status, text),
        };
    }

    private async Task<Document<T>> ReadAsync<T>(
        HttpMethod method,
        string path,
        string? body,
        JsonTypeInfo<T> type,
        CancellationToken cancellation
    )
    {
        (int status, string text) = await SendAsync(method, path, body, cancellation);
        if (status != 200)
            throw Refused(status, text);
        try
        {
            return Document<T>.Of(JsonNode.Parse(text) ?? throw new JsonException("it is null"), type);
        }
        catch (JsonException e)
        {
            throw new ClientException($"{_base}{path} answers no JSON: {e.Message}", e);
        }
    }

    private async Task<(int Status, string Text)> SendAsync(HttpMethod method, string path, string? body, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(method, _base + path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        if (body is not null)
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        try
        {
            using HttpResponseMessage response = await http.SendAsync(request, cancellation);
            return ((int)response.StatusCode, await response.Content.ReadAsStringAsync(cancellation));
        }
        catch (HttpRequestException e)
        {
            throw new ClientException($"{_base} cannot be reached: {e.Message}", e);
        }
    }

    /// <summary>In the other network's words.</summary>
    private static ArmException Refused(int status, string text)
    {
        var says = new List<string>();
        try
        {
            foreach (
                ApiFieldError error in JsonSerializer.Deserialize(text, PeeringApiContract.Default.ApiErrorAnswer)?.Errors?.Errors ?? []
            )
                says.Add($"{error.Name}: {string.Join(' ', error.Errors)}");
        }
        catch (JsonException)
        {
            // It is said below as it came.
        }
        string message =
            says.Count > 0 ? string.Join(" ", says.Distinct())
            : text.Length > 400 ? text[..400]
            : text;
        return new ArmException(status, "PeeringApiRefused", $"The other network answers {status}. {message}", null, []);
    }
}
