using System.Collections.Concurrent;
using System.Net;
using System.Text;

namespace Causeway.Api.Tests.Telemetry;

/// <summary>A span as it came over the wire; ids in lower-case hexadecimal, no parent is empty.</summary>
public sealed record Span(string Trace, string Id, string Parent, string Name);

/// <summary>An OpenTelemetry collector in a few lines: takes OTLP over HTTP with protobuf, and reads of it what tests look at.</summary>
public sealed class OtlpCollector : IDisposable
{
    private readonly HttpListener _listener = new();
    private readonly ConcurrentDictionary<string, ConcurrentQueue<byte[]>> _bodies = new();

    public OtlpCollector()
    {
        using (var probe = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0))
        {
            probe.Start();
            Address = new Uri($"http://127.0.0.1:{((IPEndPoint)probe.LocalEndpoint).Port}");
        }
        _listener.Prefixes.Add(Address.AbsoluteUri);
        _listener.Start();
        _ = ServeAsync();
    }

    public Uri Address { get; }

    public IReadOnlyList<Span> Spans =>
        [
            .. from body in Bodies("/v1/traces")
            from resource in Fields(body, 1) // ExportTraceServiceRequest.resource_spans
            from scope in Fields(resource, 2) // ResourceSpans.scope_spans
            from span in Fields(scope, 2) // ScopeSpans.spans
            select new Span(Hex(span, 1), Hex(span, 2), Hex(span, 4), Encoding.UTF8.GetString(Fields(span, 5).First().Span)),
        ];

    /// <summary>Everything that was sent to a path, as one text: enough to look for names in it.</summary>
    public string Text(string path) => string.Concat(Bodies(path).Select(b => Encoding.UTF8.GetString(b.Span)));

    private IEnumerable<ReadOnlyMemory<byte>> Bodies(string path) =>
        _bodies.TryGetValue(path, out ConcurrentQueue<byte[]>? found) ? found.Select(b => (ReadOnlyMemory<byte>)b) : [];

    private static string Hex(ReadOnlyMemory<byte> message, int field) =>
        Convert.ToHexStringLower(Fields(message, field).FirstOrDefault().Span);

    /// <summary>The length-delimited fields of a protobuf message that have a number.</summary>
    private static List<ReadOnlyMemory<byte>> Fields(ReadOnlyMemory<byte> message, int number)
    {
        var found = new List<ReadOnlyMemory<byte>>();
        int at = 0;
        while (at < message.Length)
        {
            ulong key = Number();
            switch (key & 7)
            {
                case 0:
                    Number();
                    break;
                case 1:
                    at += 8;
                    break;
                case 2:
                    int length = (int)Number();
                    if ((int)(key >> 3) == number)
                        found.Add(message.Slice(at, length));
                    at += length;
                    break;
                case 5:
                    at += 4;
                    break;
                default:
                    throw new InvalidDataException($"Wire type {key & 7} at {at}.");
            }
        }
        return found;

        ulong Number()
        {
            ulong value = 0;
            for (int shift = 0; ; shift += 7)
            {
                byte next = message.Span[at++];
                value |= (ulong)(next & 0x7f) << shift;
                if (next < 0x80)
                    return value;
            }
        }
    }

    private async Task ServeAsync()
    {
        while (_listener.IsListening)
            try
            {
                HttpListenerContext http = await _listener.GetContextAsync();
                using var body = new MemoryStream();
                await http.Request.InputStream.CopyToAsync(body);
                _bodies.GetOrAdd(http.Request.Url!.AbsolutePath, _ => []).Enqueue(body.ToArray());
                http.Response.ContentType = "application/x-protobuf";
                http.Response.Close();
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                return;
            }
    }

    public void Dispose() => _listener.Stop();
}
