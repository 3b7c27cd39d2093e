using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Causeway.Primitives;
using Microsoft.AspNetCore.Http;

namespace Causeway.Arm;

/// <summary>Turns a result into status, headers and body.</summary>
internal static class ArmWriter
{
    private const int MostKeptBytes = 1 << 20;

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? t_buffer;

    [ThreadStatic]
    private static Utf8JsonWriter? t_writer;

    private static readonly JsonWriterOptions Options = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
    };

    public static void Write(HttpResponse response, ArmRequest request, ArmResult result)
    {
        CommonHeaders(request, response);
        // One process is front door and provider: the request has one id.
        if (request.Type.Provider.NamesRequests && result is not ArmResult.Refused { Gateway: true })
            response.Headers["x-ms-arm-service-request-id"] = request.RequestId.ToString("D");
        switch (result)
        {
            case ArmResult.Ok ok:
                response.StatusCode = StatusCodes.Status200OK;
                if (ok.ETagHeader is { } etag)
                    response.Headers.ETag = Preconditions.Format(etag);
                Resource(request, response, ok.Body, ok.Operation);
                break;
            case ArmResult.Created created:
                response.StatusCode = StatusCodes.Status201Created;
                Resource(request, response, created.Body, created.Operation);
                break;
            case ArmResult.Accepted accepted:
                response.StatusCode = StatusCodes.Status202Accepted;
                response.Headers.Location = request.OperationUrl(accepted.Operation, "operationResults");
                response.Headers.RetryAfter = "1";
                if (HttpMethods.IsPost(request.Call.Method))
                    Body(response, ArmBody.Null);
                else
                {
                    response.Headers["Azure-AsyncOperation"] = request.OperationUrl(accepted.Operation, "operations");
                    response.Headers["Azure-AsyncNotification"] = "Enabled";
                    response.ContentLength = 0;
                }
                break;
            case ArmResult.AcceptedAt at:
                response.StatusCode = StatusCodes.Status202Accepted;
                response.Headers.Location = request.Base + at.PathAndQuery;
                response.Headers.RetryAfter = at.RetryAfterSeconds.ToString(CultureInfo.InvariantCulture);
                response.ContentLength = 0;
                break;
            case ArmResult.Empty:
                response.StatusCode = StatusCodes.Status200OK;
                response.ContentLength = 0;
                break;
            case ArmResult.NoContent:
                response.StatusCode = StatusCodes.Status204NoContent;
                break;
            case ArmResult.Refused refused:
                Refused(request, response, refused);
                break;
        }
    }

    private static void Resource(ArmRequest request, HttpResponse response, ArmBody body, ArmOperation? operation)
    {
        if (operation is not null)
        {
            response.Headers["Azure-AsyncOperation"] = request.OperationUrl(operation, "operations");
            response.Headers["Azure-AsyncNotification"] = "Enabled";
            // 0 would count as absent and cost a client 30 seconds.
            response.Headers.RetryAfter = "1";
        }
        Body(response, body);
    }

    private static void Refused(ArmRequest request, HttpResponse response, ArmResult.Refused refused)
    {
        response.StatusCode = refused.Status ?? StatusOf(refused.Refusal.Kind);
        if (refused.Gateway)
            response.Headers["x-ms-failure-cause"] = "gateway";
        else if (response.StatusCode >= StatusCodes.Status500InternalServerError)
            response.Headers["x-ms-failure-cause"] = "service";
        if (refused.RetryAfter is { } seconds)
            response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        if (response.StatusCode == StatusCodes.Status401Unauthorized)
            response.Headers.WWWAuthenticate = $"Bearer authorization_uri=\"{request.Base}/adfs\", error=\"invalid_token\"";
        ErrorForm form = refused.Gateway ? ErrorForm.Plain : request.Type.Provider.ErrorForm(request.ApiVersion);
        Body(response, ArmBody.Json((refused.Refusal, form), static (writer, e) => ErrorBody.Write(writer, e.Refusal, e.form)));
    }

    public static int StatusOf(RefusalKind kind) => ArmResult.StatusOf(kind);

    private static void CommonHeaders(ArmRequest request, HttpResponse response)
    {
        IHeaderDictionary headers = response.Headers;
        foreach ((string name, string value) in request.AnswerHeaders)
            headers[name] = value;
        headers["x-ms-request-id"] = request.RequestId.ToString("D");
        headers["x-ms-correlation-request-id"] = request.CorrelationId;
        headers["x-ms-routing-request-id"] = string.Create(
            CultureInfo.InvariantCulture,
            $"CAUSEWAY:{request.Now:yyyyMMdd'T'HHmmss'Z'}:{request.CorrelationId}"
        );
        headers.StrictTransportSecurity = "max-age=31536000; includeSubDomains";
        headers.XContentTypeOptions = "nosniff";
        headers.CacheControl = "no-cache";
        headers.Pragma = "no-cache";
        headers.Expires = "-1";
        if (
            request.Call.Header("x-ms-return-client-request-id") == "true"
            && request.Call.Header("x-ms-client-request-id") is { Length: > 0 and <= 128 } clientId
            && clientId.All(c => c is > ' ' and < '\x7f')
        )
            headers["x-ms-client-request-id"] = clientId;
    }

    /// <summary>Written whole into a buffer first: a body that fails half-way becomes a 500, not half a 200, and it has a Content-Length.</summary>
    private static void Body(HttpResponse response, ArmBody body)
    {
        ArrayBufferWriter<byte> buffer = t_buffer ??= new(4096);
        Utf8JsonWriter writer = t_writer ??= new(buffer, Options);
        buffer.ResetWrittenCount();
        writer.Reset(buffer);
        body.WriteTo(writer);
        writer.Flush();
        response.ContentType = "application/json; charset=utf-8";
        response.ContentLength = buffer.WrittenCount;
        if (!HttpMethods.IsHead(response.HttpContext.Request.Method))
            response.BodyWriter.Write(buffer.WrittenSpan);
        if (buffer.Capacity > MostKeptBytes)
        {
            t_buffer = null;
            t_writer = null;
        }
    }
}
