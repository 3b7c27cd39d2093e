using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;

namespace Causeway.Client;

/// <summary>
/// Speaks ARM's wire: tokens, api-versions, long-running operations, pages, error bodies. The feature clients and the CLI go through here and
/// nowhere else, so they can do nothing that another client cannot.
/// </summary>
public sealed class ArmClient : IDisposable
{
    /// <summary>The api-version that Causeway's own clients speak for Microsoft.Network.</summary>
    public const string NetworkVersion = "2024-01-01";

    /// <summary>The api-version for resource groups and subscriptions.</summary>
    public const string ResourcesVersion = "2021-04-01";

    private readonly HttpClient _http;
    private readonly TokenSource? _tokens;
    private readonly AuthenticationHeaderValue? _bearer;
    private readonly TimeProvider _time;

    /// <param name="principal">Which of the file's principals to be: customer, otherCustomer, provider, operator.</param>
    /// <exception cref="ClientException">The file names no such principal, or the CA file cannot be read.</exception>
    public ArmClient(AccessFile access, string principal, TimeProvider time)
    {
        if (!access.Principals.TryGetValue(principal, out PrincipalSecret? secret))
            throw new ClientException(
                $"There is no principal '{principal}': choose one of {string.Join(", ", access.Principals.Keys)}.",
                problem: ClientProblem.Setup
            );
        Access = access;
        Principal = principal;
        _time = time;
        _http = NewHttpClient(access);
        _tokens = new TokenSource(_http, access, secret, time);
    }

    /// <summary>Of somebody who has signed in elsewhere, by the token that they got there, for as long as it lasts.</summary>
    /// <param name="http">Reaches the server, with its address; the client's own from now on.</param>
    public ArmClient(HttpClient http, string token, TimeProvider time)
    {
        string endpoint = http.BaseAddress!.GetLeftPart(UriPartial.Authority);
        Access = new AccessFile
        {
            Endpoint = endpoint,
            ActiveDirectory = $"{endpoint}/adfs",
            TenantId = "",
            Subscriptions = [],
            Principals = [],
        };
        Principal = "";
        (_http, _bearer, _time) = (http, new AuthenticationHeaderValue("Bearer", token), time);
    }

    public AccessFile Access { get; }

    public string Principal { get; }

    /// <summary>Called with each request before it is sent: method, path with query, body. For <c>--print-request</c>.</summary>
    public Action<HttpMethod, string, string?>? OnRequest { get; set; }

    /// <summary>The subscription of a role in the access file, by default this principal's own.</summary>
    public string Subscription(string? role = null) =>
        Access.Subscriptions.TryGetValue(role ?? Principal, out string? id)
            ? id
            : throw new ClientException(
                $"'{role ?? Principal}' has no subscription of its own: name one with --subscription.",
                problem: ClientProblem.Setup
            );

    /// <summary>A plain client that trusts the authority of the access file, or what the system trusts where it names none.</summary>
    /// <exception cref="ClientException">The CA file cannot be read.</exception>
    public static HttpClient NewHttpClient(AccessFile access) =>
        new(Handler(access.CaFile)) { BaseAddress = new Uri(access.Endpoint), Timeout = TimeSpan.FromSeconds(100) };

    /// <summary>Likewise for an address of somebody else's, with the authority to trust there.</summary>
    /// <exception cref="ClientException">The CA file cannot be read.</exception>
    public static HttpClient NewHttpClient(Uri address, string? caFile) =>
        new(Handler(caFile)) { BaseAddress = address, Timeout = TimeSpan.FromSeconds(100) };

    private static SocketsHttpHandler Handler(string? caFile)
    {
        if (caFile is null)
            return new SocketsHttpHandler { AllowAutoRedirect = false };
        X509Certificate2Collection roots = [];
        try
        {
            roots.ImportFromPemFile(caFile);
        }
        catch (Exception e) when (e is IOException or System.Security.Cryptography.CryptographicException)
        {
            throw new ClientException($"Cannot read the certificate authority {caFile}: {e.Message}", e, ClientProblem.Setup);
        }
        if (roots.Count == 0)
            throw new ClientException($"The certificate authority {caFile} holds no certificate in PEM.", problem: ClientProblem.Setup);
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.AddRange(roots);
        return new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = policy },
        };
    }

    public async Task<T> GetAsync<T>(string path, string version, JsonTypeInfo<T> type, CancellationToken cancellation)
    {
        using HttpResponseMessage response = await SendAsync(HttpMethod.Get, path, version, null, cancellation);
        return await ReadAsync(response, type, cancellation);
    }

    /// <summary>GET as a JSON tree; null when there is no such resource (404).</summary>
    public async Task<JsonNode?> FindAsync(string path, string version, CancellationToken cancellation)
    {
        try
        {
            return await GetAsync(path, version, ClientJson.Default.JsonNode, cancellation);
        }
        catch (ArmException e) when (e.Status == 404)
        {
            return null;
        }
    }

    public Task<JsonNode> GetAsync(string path, string version, CancellationToken cancellation) =>
        GetAsync(path, version, ClientJson.Default.JsonNode, cancellation);

    /// <summary>Every item of a list, page after page.</summary>
    public async IAsyncEnumerable<JsonNode> ListAsync(
        string path,
        string version,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation
    )
    {
        string? next = WithVersion(path, version);
        while (next is not null)
        {
            using HttpResponseMessage response = await SendAsync(HttpMethod.Get, next, null, null, cancellation);
            JsonNode page = await ReadAsync(response, ClientJson.Default.JsonNode, cancellation);
            foreach (JsonNode? item in page["value"]?.AsArray() ?? [])
                if (item is not null)
                    yield return item;
            next = page["nextLink"]?.GetValue<string>();
        }
    }

    /// <summary>PUT; with <paramref name="wait"/> polls until the operation ends and answers the resource as it is then.</summary>
    /// <param name="ifMatch">ETag that must still hold; null for none.</param>
    public async Task<JsonNode> PutAsync(
        string path,
        string version,
        JsonNode body,
        bool wait,
        CancellationToken cancellation,
        string? ifMatch = null,
        bool ifAbsent = false
    )
    {
        using HttpResponseMessage response = await SendAsync(HttpMethod.Put, path, version, body, cancellation, ifMatch, ifAbsent);
        JsonNode first = await ReadAsync(response, ClientJson.Default.JsonNode, cancellation);
        if (!wait || !response.Headers.TryGetValues("Azure-AsyncOperation", out IEnumerable<string>? operation))
            return first;
        await PollAsync(operation.First(), response, cancellation);
        return await GetAsync(path, version, cancellation);
    }

    public async Task<JsonNode> PatchAsync(string path, string version, JsonNode body, CancellationToken cancellation)
    {
        using HttpResponseMessage response = await SendAsync(HttpMethod.Patch, path, version, body, cancellation);
        return await ReadAsync(response, ClientJson.Default.JsonNode, cancellation);
    }

    /// <summary>DELETE; true when there was something to delete. With <paramref name="wait"/> polls until it is gone.</summary>
    public async Task<bool> DeleteAsync(string path, string version, bool wait, CancellationToken cancellation)
    {
        using HttpResponseMessage response = await SendAsync(HttpMethod.Delete, path, version, null, cancellation);
        await ThrowIfRefusedAsync(response, cancellation);
        if (wait && response.Headers.TryGetValues("Azure-AsyncOperation", out IEnumerable<string>? operation))
            await PollAsync(operation.First(), response, cancellation);
        else if (wait && response.StatusCode == HttpStatusCode.Accepted && response.Headers.Location is { } location)
            (await PollLocationAsync(location.ToString(), response, cancellation)).Dispose();
        return response.StatusCode != HttpStatusCode.NoContent;
    }

    /// <summary>POST of an action; waits for the result when it is long-running. Null for an empty answer.</summary>
    public async Task<JsonNode?> PostAsync(string path, string version, JsonNode? body, CancellationToken cancellation)
    {
        using HttpResponseMessage response = await SendAsync(HttpMethod.Post, path, version, body, cancellation);
        await ThrowIfRefusedAsync(response, cancellation);
        if (response.StatusCode != HttpStatusCode.Accepted || response.Headers.Location is not { } location)
            return await ReadOptionalAsync(response, cancellation);
        using HttpResponseMessage result = await PollLocationAsync(location.ToString(), response, cancellation);
        return await ReadOptionalAsync(result, cancellation);
    }

    private async Task PollAsync(string url, HttpResponseMessage last, CancellationToken cancellation)
    {
        TimeSpan pause = Pause(last);
        while (true)
        {
            using HttpResponseMessage response = await SendAsync(HttpMethod.Get, url, null, null, cancellation);
            JsonNode body = await ReadAsync(response, ClientJson.Default.JsonNode, cancellation);
            switch (body["status"]?.GetValue<string>())
            {
                case "Succeeded":
                    return;
                case "Failed" or "Canceled":
                    throw Error((int)response.StatusCode, body["error"]);
            }
            await Task.Delay(pause, _time, cancellation);
            pause = Pause(response);
        }
    }

    private async Task<HttpResponseMessage> PollLocationAsync(string url, HttpResponseMessage last, CancellationToken cancellation)
    {
        TimeSpan pause = Pause(last);
        while (true)
        {
            HttpResponseMessage response = await SendAsync(HttpMethod.Get, url, null, null, cancellation);
            if (response.StatusCode != HttpStatusCode.Accepted)
            {
                await ThrowIfRefusedAsync(response, cancellation);
                return response;
            }
            pause = Pause(response);
            response.Dispose();
            await Task.Delay(pause, _time, cancellation);
        }
    }

    /// <summary>Our own server is near: ask again soon, whatever the header says for the sake of slower clients.</summary>
    private static TimeSpan Pause(HttpResponseMessage response) =>
        TimeSpan.FromMilliseconds(Math.Min((response.Headers.RetryAfter?.Delta ?? TimeSpan.FromSeconds(1)).TotalMilliseconds, 100));

    private async Task<HttpResponseMessage> SendAsync(
        HttpMethod method,
        string path,
        string? version,
        JsonNode? body,
        CancellationToken cancellation,
        string? ifMatch = null,
        bool ifAbsent = false
    )
    {
        string url = version is null ? path : WithVersion(path, version);
        string? text = body?.ToJsonString();
        OnRequest?.Invoke(method, url, text);
        using var request = new HttpRequestMessage(method, url);
        if (text is not null)
            request.Content = new StringContent(text, Encoding.UTF8, "application/json");
        if (ifMatch is not null)
            request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        if (ifAbsent)
            request.Headers.TryAddWithoutValidation("If-None-Match", "*");
        try
        {
            request.Headers.Authorization = _bearer ?? await _tokens!.HeaderAsync(cancellation);
            return await _http.SendAsync(request, cancellation);
        }
        catch (HttpRequestException e) when (e.InnerException is System.Security.Authentication.AuthenticationException)
        {
            throw new ClientException(
                Access.CaFile is { } authority
                    ? $"{Access.Endpoint} does not show a certificate of {authority}: it is another server, or another installation. Use the access.json that this server wrote."
                    : $"{Access.Endpoint} does not show a certificate that this system trusts: add its authority to the system's, or name its PEM file as 'caFile' in the access file (the server writes it there when it is started with --tls-ca).",
                e,
                ClientProblem.Certificate
            );
        }
        // A connection that ends while it is looked at comes as what the socket says.
        catch (Exception e) when (e is HttpRequestException or SocketException)
        {
            throw new ClientException(
                $"Cannot reach {Access.Endpoint}: {(e.InnerException?.Message ?? e.Message).TrimEnd('.')}. Is the server running there ('causeway serve'), and is the access file this server's?",
                e,
                ClientProblem.Unreachable
            );
        }
        catch (TaskCanceledException e) when (!cancellation.IsCancellationRequested)
        {
            throw new ClientException(
                $"{Access.Endpoint} did not answer in {_http.Timeout.TotalSeconds:0} s.",
                e,
                ClientProblem.Unreachable
            );
        }
    }

    private static string WithVersion(string path, string version) =>
        path.Contains("api-version=", StringComparison.Ordinal) ? path
        : path.Contains('?', StringComparison.Ordinal) ? $"{path}&api-version={version}"
        : $"{path}?api-version={version}";

    private static async Task<T> ReadAsync<T>(HttpResponseMessage response, JsonTypeInfo<T> type, CancellationToken cancellation)
    {
        await ThrowIfRefusedAsync(response, cancellation);
        byte[] bytes = await response.Content.ReadAsByteArrayAsync(cancellation);
        try
        {
            return JsonSerializer.Deserialize(bytes, type) ?? throw new JsonException("the body is null");
        }
        catch (JsonException e)
        {
            throw new ClientException($"The server's answer is not what was expected ({(int)response.StatusCode}): {e.Message}", e);
        }
    }

    private static async Task<JsonNode?> ReadOptionalAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        byte[] bytes = await response.Content.ReadAsByteArrayAsync(cancellation);
        return bytes.Length == 0 ? null : JsonNode.Parse(bytes);
    }

    private static async Task ThrowIfRefusedAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        if (response.IsSuccessStatusCode)
            return;
        byte[] bytes = await response.Content.ReadAsByteArrayAsync(cancellation);
        JsonNode? body = null;
        try
        {
            body = bytes.Length == 0 ? null : JsonNode.Parse(bytes);
        }
        catch (JsonException)
        {
            // Not JSON: the status says what there is to say.
        }
        throw Error((int)response.StatusCode, body?["error"] ?? body);
    }

    private static ArmException Error(int status, JsonNode? error)
    {
        ArmErrorDetail[] details =
        [
            .. (error?["details"] as JsonArray ?? [])
                .OfType<JsonObject>()
                .Select(d => new ArmErrorDetail(Text(d, "code") ?? "", Text(d, "message") ?? "", Text(d, "target"))
                {
                    AdditionalInfo = Info(d),
                }),
        ];
        return new ArmException(
            status,
            Text(error, "code") is { Length: > 0 } code ? code : $"Http{status}",
            Text(error, "message") ?? $"The server answered {status}.",
            Text(error, "target"),
            details
        )
        {
            AdditionalInfo = Info(error),
        };
    }

    private static ArmErrorInfo[] Info(JsonNode? error) =>
        [
            .. ((error as JsonObject)?["additionalInfo"] as JsonArray ?? [])
                .OfType<JsonObject>()
                .Select(i => new ArmErrorInfo(Text(i, "type") ?? "", i["info"]?.DeepClone())),
        ];

    private static string? Text(JsonNode? node, string member) => (node as JsonObject)?[member]?.ToString();

    public void Dispose()
    {
        _tokens?.Dispose();
        _http.Dispose();
    }
}
