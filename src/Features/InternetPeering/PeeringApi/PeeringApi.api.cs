using System.Data.Common;
using System.Globalization;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Causeway.Api.Kit;
using Causeway.Arm;
using Causeway.Contracts.InternetPeering;
using Causeway.Domain.Topology;
using Causeway.Primitives;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace Causeway.Api.InternetPeering;

/// <summary>
/// The Peering API (draft-ietf-grow-peering-api) at <c>/peering-api/v1</c>: networks list where they can meet us, ask for sessions, look how they stand, and take them
/// back. Bearer tokens are of an issuer that knows networks (PeeringDB), or our own (<see cref="NetworkCallers"/>).
/// </summary>
internal sealed partial class PeeringApi(
    NetworkCallers callers,
    SessionBook book,
    SessionRequests requests,
    ArmHost host,
    Func<NetworkTopology> topology,
    ILogger<PeeringApi> log
) : IEndpoints
{
    private const string Root = "/peering-api/v1";
    private const string Why = "the Peering API: judges tokens itself, for networks are no principals of this server";

    /// <summary>Of a request's body, bytes.</summary>
    private const int MostBytes = 64 * 1024;

    /// <summary>Of a page, unless fewer are asked for.</summary>
    private const int MostOnPage = 100;

    private static readonly PeeringApiContract s_json = PeeringApiContract.Default;

    public void Map(IEndpointRouteBuilder routes)
    {
        // The draft asks for 200 alone; whose API it is, is beyond it.
        Route("GET", "/auth", (_, _) => Task.FromResult(Reply.Of(new ApiWho(topology().Asn.Value), s_json.ApiWho)));
        Route("GET", "/locations", (http, caller) => LocationsAsync(http, caller));
        Route("POST", "/sessions", AddAsync);
        Route("POST", "/add_sessions", AddAsync);
        Route("GET", "/sessions", ListAsync);
        Route("DELETE", "/sessions", DeleteSomeAsync);
        Route("GET", "/sessions/{session}", GetAsync);
        Route("DELETE", "/sessions/{session}", DeleteAsync);
        routes.MapOpen("GET", $"{Root}/openapi.yaml", "OpenAPI: the same for everybody who has the program", OpenApiAsync);

        void Route(string method, string path, Func<HttpContext, NetworkCaller, Task<Reply>> handler) =>
            routes.MapOpen(method, Root + path, Why, http => RunAsync(http, handler));
    }

    /// <summary>An answer.</summary>
    private sealed record Reply(int Status, ReadOnlyMemory<byte> Json)
    {
        public static Reply Of<T>(T value, JsonTypeInfo<T> type, int status = StatusCodes.Status200OK) =>
            new(status, JsonSerializer.SerializeToUtf8Bytes(value, type));

        public static Reply Nothing(int status) => new(status, default);

        public static Reply Problem(int status, string field, string says) =>
            Of(new ApiErrorAnswer(new ApiErrors([new ApiFieldError(field, [says])])), s_json.ApiErrorAnswer, status);
    }

    private async Task<Reply> LocationsAsync(HttpContext http, NetworkCaller caller)
    {
        NetworkTopology now = topology();
        Asn asn = AsnOf(http);
        // The draft means our own; its OpenAPI can be read as the caller's.
        if (asn != now.Asn && !await callers.SpeaksForAsync(caller, asn, http.RequestAborted))
            throw new PeeringApiProblem(
                StatusCodes.Status400BadRequest,
                "asn",
                $"This is AS{now.Asn}: ask for its locations, or as AS{asn} with a token of AS{asn}."
            );
        string? type = http.Request.Query["location_type"];
        if (!string.IsNullOrEmpty(type) && type is not ("public" or "private"))
            throw new PeeringApiProblem(StatusCodes.Status400BadRequest, "location_type", "Write public or private.");
        ApiLocation[] all =
        [
            .. now.Exchanges.Select(x => new ApiLocation($"pdb:ix:{x.PeeringDbIxId}", "public")),
            .. now.Facilities.Select(f => new ApiLocation($"pdb:fac:{f.PeeringDbFacId}", "private")),
        ];
        (ApiLocation[] page, string? next) = PageOf(http, [.. all.Where(l => string.IsNullOrEmpty(type) || l.Type == type)]);
        return Reply.Of(new ApiLocations(page, next), s_json.ApiLocations);
    }

    private async Task<Reply> AddAsync(HttpContext http, NetworkCaller caller)
    {
        IReadOnlyList<ApiSession> asked = await SessionsOfAsync(http);
        (ApiSessions answer, int status) = await requests.AddAsync(caller, asked, host.BaseOf(http.Request), http.RequestAborted);
        return status == StatusCodes.Status200OK
            ? Reply.Of(answer, s_json.ApiSessions)
            : Reply.Of(new ApiErrorAnswer(answer.Errors ?? new ApiErrors([])), s_json.ApiErrorAnswer, status);
    }

    private async Task<Reply> ListAsync(HttpContext http, NetworkCaller caller)
    {
        Asn asn = AsnOf(http);
        if (!await callers.SpeaksForAsync(caller, asn, http.RequestAborted))
            throw NetworkCallers.Foreign(asn);
        string? request = http.Request.Query["request_id"];
        if (!string.IsNullOrEmpty(request) && !Guid.TryParse(request, out _))
            throw new PeeringApiProblem(
                StatusCodes.Status400BadRequest,
                "request_id",
                "It is a UUID, as the answer to the request named it."
            );
        List<OneSession> all = await book.OfAsync(caller, asn, http.RequestAborted);
        (ApiSession[] page, string? next) = PageOf(
            http,
            [
                .. all.Select(s => s.Body)
                    .Where(s => string.IsNullOrEmpty(request) || string.Equals(s.RequestId, request, StringComparison.OrdinalIgnoreCase)),
            ]
        );
        return Reply.Of(new ApiSessions(page, NextToken: next), s_json.ApiSessions);
    }

    private async Task<Reply> GetAsync(HttpContext http, NetworkCaller caller) =>
        Reply.Of((await FoundAsync(http, caller, http.Request.RouteValues["session"] as string ?? "")).Body, s_json.ApiSession);

    private async Task<Reply> DeleteAsync(HttpContext http, NetworkCaller caller)
    {
        await requests.DeleteAsync(
            caller,
            await FoundAsync(http, caller, http.Request.RouteValues["session"] as string ?? ""),
            http.RequestAborted
        );
        return Reply.Nothing(StatusCodes.Status204NoContent);
    }

    private async Task<Reply> DeleteSomeAsync(HttpContext http, NetworkCaller caller)
    {
        IReadOnlyList<ApiSession> named = await SessionsOfAsync(http);
        var gone = new List<ApiSession>();
        var errors = new List<ApiFieldError>();
        int worst = StatusCodes.Status400BadRequest;
        for (int i = 0; i < named.Count; i++)
            try
            {
                OneSession session = await FoundAsync(http, caller, named[i].SessionId ?? "");
                await requests.DeleteAsync(caller, session, http.RequestAborted);
                gone.Add(session.Body with { Status = "Down" });
            }
            catch (PeeringApiProblem problem)
            {
                worst = Math.Max(worst, problem.Status);
                errors.Add(new ApiFieldError($"sessions[{i}].{problem.Field}", [problem.Message]));
            }
        return gone.Count > 0
            ? Reply.Of(new ApiSessions(gone, Errors: errors.Count > 0 ? new ApiErrors(errors) : null), s_json.ApiSessions)
            : Reply.Of(new ApiErrorAnswer(new ApiErrors(errors)), s_json.ApiErrorAnswer, worst);
    }

    private async Task<OneSession> FoundAsync(HttpContext http, NetworkCaller caller, string id) =>
        await book.FindAsync(caller, id, http.RequestAborted)
        ?? throw new PeeringApiProblem(
            StatusCodes.Status404NotFound,
            "session_id",
            "There is no such session, or none that this token may see."
        );

    private static async Task OpenApiAsync(HttpContext http)
    {
        await using Stream document =
            Assembly.GetExecutingAssembly().GetManifestResourceStream("peering-api.yaml")
            ?? throw new InvalidOperationException("The document is not in the program.");
        http.Response.ContentType = "application/yaml; charset=utf-8";
        await document.CopyToAsync(http.Response.Body, http.RequestAborted);
    }

    private static Asn AsnOf(HttpContext http) =>
        Asn.TryParse(http.Request.Query["asn"].ToString(), out Asn asn)
            ? asn
            : throw new PeeringApiProblem(StatusCodes.Status400BadRequest, "asn", "The query needs an AS number: ?asn=64500.");

    /// <summary>A page of what was read for this answer; its token is where it goes on.</summary>
    private static (T[] Page, string? Next) PageOf<T>(HttpContext http, T[] all)
    {
        string size = http.Request.Query["max_results"].ToString(),
            token = http.Request.Query["next_token"].ToString();
        int most = 0,
            from = 0;
        if (size.Length > 0 && (!int.TryParse(size, NumberStyles.None, CultureInfo.InvariantCulture, out most) || most > MostOnPage))
            throw new PeeringApiProblem(
                StatusCodes.Status400BadRequest,
                "max_results",
                $"Write a number up to {MostOnPage}; 0 is as many as fit."
            );
        if (token.Length > 0 && !int.TryParse(token, NumberStyles.None, CultureInfo.InvariantCulture, out from))
            throw new PeeringApiProblem(StatusCodes.Status400BadRequest, "next_token", "It is not one that this server gave.");
        T[] page = [.. all.Skip(from).Take(most == 0 ? MostOnPage : most)];
        return (page, from + page.Length < all.Length ? (from + page.Length).ToString(CultureInfo.InvariantCulture) : null);
    }

    /// <summary>The sessions of a body: a list, or an object with one (the draft has both).</summary>
    private static async Task<IReadOnlyList<ApiSession>> SessionsOfAsync(HttpContext http)
    {
        using var buffer = new MemoryStream();
        byte[] part = new byte[8192];
        int read;
        while ((read = await http.Request.Body.ReadAsync(part, http.RequestAborted)) > 0)
        {
            if (buffer.Length + read > MostBytes)
                throw new PeeringApiProblem(StatusCodes.Status413PayloadTooLarge, "body", $"A request has at most {MostBytes} bytes.");
            buffer.Write(part, 0, read);
        }
        try
        {
            ReadOnlySpan<byte> json = buffer.GetBuffer().AsSpan(0, (int)buffer.Length);
            int first = json.IndexOfAnyExcept(" \t\r\n"u8);
            IReadOnlyList<ApiSession>? sessions =
                first >= 0 && json[first] == '['
                    ? JsonSerializer.Deserialize(json, s_json.IReadOnlyListApiSession)
                    : JsonSerializer.Deserialize(json, s_json.ApiSessions)?.Sessions;
            if (sessions is null or { Count: 0 } || sessions.Any(s => s is null))
                throw new PeeringApiProblem(
                    StatusCodes.Status400BadRequest,
                    "sessions",
                    "Name at least one session: {\"sessions\":[{…}]}."
                );
            if (sessions.Count > SessionRequests.Most)
                throw new PeeringApiProblem(
                    StatusCodes.Status400BadRequest,
                    "sessions",
                    $"At most {SessionRequests.Most} sessions in one request."
                );
            return sessions;
        }
        catch (JsonException e)
        {
            throw new PeeringApiProblem(StatusCodes.Status400BadRequest, "body", Says(e));
        }
    }

    /// <summary>Where a body is not what the API takes, in the words of its format.</summary>
    private static string Says(JsonException e)
    {
        string place = $"line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}";
        return e.InnerException is JsonException || string.IsNullOrEmpty(e.Path) || e.Path == "$"
            ? $"It is no JSON that the API takes, at {place}: write {{\"sessions\":[{{…}}]}}."
            : $"{e.Path.TrimStart('$', '.')} is not of the kind that the API takes there, at {place}: AS numbers and roles are numbers, addresses and ids are text.";
    }

    /// <summary>The request edge of this API: everything is answered in its own form.</summary>
    private async Task RunAsync(HttpContext http, Func<HttpContext, NetworkCaller, Task<Reply>> handler)
    {
        Reply reply;
        try
        {
            reply = await handler(http, await callers.CallerAsync(http));
        }
        catch (PeeringApiProblem problem)
        {
            if (problem.Status == StatusCodes.Status401Unauthorized)
                http.Response.Headers.WWWAuthenticate = "Bearer error=\"invalid_token\"";
            reply = Reply.Problem(problem.Status, problem.Field, problem.Message);
        }
        catch (BadHttpRequestException e)
        {
            reply = Reply.Problem(e.StatusCode, "body", e.Message);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            return; // Nobody is listening any more.
        }
        catch (Exception e) when (e is IUnavailable or DbException { IsTransient: true })
        {
            http.Response.Headers.RetryAfter = "5";
            reply = Reply.Problem(
                StatusCodes.Status503ServiceUnavailable,
                "server",
                "The database cannot take requests just now: try again in a moment."
            );
        }
#pragma warning disable CA1031 // The request edge: what is not expected becomes a 500, and a log entry with the cause.
        catch (Exception e)
#pragma warning restore CA1031
        {
            LogFailed(http.Request.Method, e);
            reply = Reply.Problem(StatusCodes.Status500InternalServerError, "server", "An internal error occurred.");
        }
        http.Response.StatusCode = reply.Status;
        http.Response.Headers.CacheControl = "no-store";
        http.Response.Headers.XContentTypeOptions = "nosniff";
        if (reply.Json.IsEmpty)
            return;
        http.Response.ContentType = "application/json; charset=utf-8";
        http.Response.ContentLength = reply.Json.Length;
        await http.Response.Body.WriteAsync(reply.Json, http.RequestAborted);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "A {Method} of the Peering API failed")]
    private partial void LogFailed(string method, Exception problem);
}
