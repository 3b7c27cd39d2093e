using System.Globalization;
using Causeway.Primitives;
using Microsoft.AspNetCore.Http;

namespace Causeway.Identity.Endpoints;

/// <summary>
/// A refusal of the token endpoint (RFC 6749 §5.2), with the numbers that Azure's clients know. Clients print <c>error_description</c> and nothing else.
/// </summary>
internal sealed record TokenError(int Status, string Error, int Number, string Message)
{
    public static TokenError NotAForm { get; } =
        new(400, "invalid_request", 900144, "The request body must be a form (application/x-www-form-urlencoded) of at most 64 KiB.");

    public static TokenError NoClient { get; } =
        new(400, "invalid_request", 900144, "The request body must contain the following parameter: 'client_id'.");

    /// <summary>RFC 6749 §3.2: parameters must not be included more than once.</summary>
    public static TokenError Repeated(string parameter) =>
        new(400, "invalid_request", 9000411, $"The request is not properly formatted. The parameter '{parameter}' is duplicated.");

    /// <summary>RFC 6749 §3.2: a client must use POST, for a query would leave its secret in logs.</summary>
    public static TokenError NotPosted(string method) =>
        new(405, "invalid_request", 900561, $"The endpoint only accepts POST requests. Received a {Shown(method)} request.");

    public static TokenError NoSecret { get; } =
        new(
            401,
            "invalid_client",
            7000218,
            "The request body must contain the following parameter: 'client_assertion' or 'client_secret'."
        );

    public static TokenError AssertionKind { get; } =
        new(
            400,
            "invalid_request",
            50012,
            "The 'client_assertion_type' has to be 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'."
        );

    public static TokenError NotInteractive { get; } =
        new(
            400,
            "unauthorized_client",
            700016,
            "This server has no interactive sign-in. Sign in as a service principal: az login --service-principal -u CLIENT_ID -p SECRET --tenant adfs"
        );

    public static TokenError TooManyFailures { get; } =
        new(
            429,
            "temporarily_unavailable",
            50053,
            "Too many sign-ins with a wrong secret. The right one is accepted at any time; with others wait."
        );

    public static TokenError Unavailable { get; } =
        new(503, "temporarily_unavailable", 90033, "The database cannot take requests just now: try again in a moment.");

    public static TokenError Disabled(string id) =>
        new(
            401,
            "unauthorized_client",
            7000112,
            $"Application '{id}' is disabled. The operator can enable it: causeway principal enable NAME"
        );

    public static TokenError Grant(string grant) =>
        new(
            400,
            "unsupported_grant_type",
            70003,
            $"The app requested an unsupported grant type '{Shown(grant)}'. Use client_credentials, or password."
        );

    public static TokenError UnknownClient(string id) =>
        new(
            400,
            "unauthorized_client",
            700016,
            $"Application with identifier '{Shown(id)}' was not found in the directory. See access.json in the server's data folder."
        );

    public static TokenError WrongSecret(string id) =>
        new(
            401,
            "invalid_client",
            7000215,
            $"Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '{id}'."
        );

    public static TokenError Assertion(string why) => new(401, "invalid_client", 700027, $"Client assertion failed validation: {why}.");

    public Task WriteAsync(HttpContext http, TimeProvider clock)
    {
        string now = clock.GetUtcNow().ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        string trace = Guid.NewGuid().ToString();
        string correlation = Guid.TryParse(http.Request.Headers["client-request-id"], out Guid sent)
            ? sent.ToString()
            : Guid.NewGuid().ToString();
        return OpenJson.WriteAsync(
            http,
            json =>
            {
                json.WriteStartObject();
                json.WriteString("error", Error);
                json.WriteString(
                    "error_description",
                    $"AADSTS{Number}: {Message} Trace ID: {trace} Correlation ID: {correlation} Timestamp: {now}"
                );
                json.WriteStartArray("error_codes");
                json.WriteNumberValue(Number);
                json.WriteEndArray();
                json.WriteString("timestamp", now);
                json.WriteString("trace_id", trace);
                json.WriteString("correlation_id", correlation);
                json.WriteEndObject();
            },
            Status
        );
    }

    /// <summary>What somebody sent, safe to print: short, on one line.</summary>
    public static string Shown(string text) => new([.. text.Take(100).Select(c => PlainText.IsHarmful(c) ? ' ' : c)]);
}
