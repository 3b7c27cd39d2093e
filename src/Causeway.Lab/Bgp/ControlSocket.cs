using System.IO.Compression;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Serialization;
using Causeway.Bgp.Configuration;
using Causeway.Bgp.Messages;
using Causeway.Bgp.Mrt;
using Causeway.Bgp.Speaker;
using Causeway.Bgp.Tables.In;
using Causeway.Primitives;

namespace Causeway.Lab.Bgp;

/// <summary>What is asked over the control socket, one line of JSON; answers are lines of JSON until the end of the stream.</summary>
internal sealed record ControlRequest(string Show, string? Peer, string? Prefix)
{
    /// <summary>Where an export goes: a full path.</summary>
    public string? File { get; init; }
}

internal sealed record SummaryAnswer(string Asn, string RouterId, IReadOnlyList<PeerAnswer> Peers);

internal sealed record PeerAnswer(
    string Peer,
    string Asn,
    string State,
    DateTimeOffset Since,
    bool Enabled,
    int TimesEstablished,
    string? LastError,
    DateTimeOffset? LastErrorAt,
    double? HoldTimeSeconds,
    string? PeerRouterId,
    bool? OpenedByUs,
    IReadOnlyList<string> Capabilities,
    MessageCounters Messages,
    IReadOnlyList<FamilyAnswer> Families
);

internal sealed record FamilyAnswer(
    string Family,
    int Received,
    int Accepted,
    IReadOnlyDictionary<string, int> Refused,
    int Advertised,
    bool EndOfRib,
    int Stale
);

internal sealed record RouteAnswer(
    string Prefix,
    string Peer,
    string? NextHop,
    string? AsPath,
    string? Origin,
    uint? Med,
    uint? LocalPreference,
    IReadOnlyList<string> Communities,
    IReadOnlyList<string> LargeCommunities,
    string? Validity,
    bool Best,
    bool Accepted,
    string? Reason,
    DateTimeOffset? Since,
    bool? Stale
);

internal sealed record ExportAnswer(string File, int Prefixes);

internal sealed record ErrorAnswer(string Error);

/// <summary>Answers questions about a running speaker. Counters are kept as routes come, so a summary costs the same with a full table as with none.</summary>
internal sealed class ControlSocket : IDisposable
{
    public static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    private readonly string _path;
    private readonly BgpSpeaker _speaker;
    private readonly SpeakerConfiguration _configuration;
    private readonly Socket _socket;

    /// <param name="configuration">What <paramref name="speaker"/> has been, or is about to be, given.</param>
    /// <exception cref="IOException">Another speaker answers on the path, or it cannot be made.</exception>
    public ControlSocket(string path, BgpSpeaker speaker, SpeakerConfiguration configuration)
    {
        (_path, _speaker, _configuration) = (path, speaker, configuration);
        _socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder && !Directory.Exists(folder))
            throw new IOException($"There is no folder {folder} for the control socket {path}.");
        try
        {
            RemoveStale(path);
            _socket.Bind(new UnixDomainSocketEndPoint(path));
            if (!OperatingSystem.IsWindows())
                File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            _socket.Listen(16);
        }
        catch (Exception e) when (e is SocketException or ArgumentException or UnauthorizedAccessException)
        {
            _socket.Dispose();
            throw new IOException($"Cannot make the control socket {path}: {e.Message}", e);
        }
        _ = Task.Run(AcceptAsync);
    }

    /// <summary>A speaker that was killed leaves its socket behind.</summary>
    private static void RemoveStale(string path)
    {
        if (!File.Exists(path))
            return;
        using var probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            probe.Connect(new UnixDomainSocketEndPoint(path));
        }
        catch (SocketException)
        {
            File.Delete(path);
            return;
        }
        throw new IOException($"Another speaker answers on {path}: give this one a --socket of its own.");
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            try
            {
                Socket asker = await _socket.AcceptAsync();
                _ = Task.Run(() => AnswerAsync(asker));
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private async Task AnswerAsync(Socket asker)
    {
        try
        {
            await using var stream = new NetworkStream(asker, ownsSocket: true);
            using var reader = new StreamReader(stream);
            await using var writer = new StreamWriter(stream);
            string line = await reader.ReadLineAsync() ?? "";
            ControlRequest? request = JsonSerializer.Deserialize<ControlRequest>(line, Json);
            foreach (object answer in Answers(request))
                await writer.WriteLineAsync(JsonSerializer.Serialize(answer, answer.GetType(), Json));
        }
        catch (Exception e) when (e is IOException or JsonException)
        {
            // The asker is gone, or is not one of ours.
        }
    }

    private IEnumerable<object> Answers(ControlRequest? request) =>
        request switch
        {
            { Show: "summary" } =>
            [
                new SummaryAnswer($"{_configuration.Asn}", $"{_configuration.RouterId}", [.. _speaker.Status().Select(Peer)]),
            ],
            { Show: "neighbor", Peer: { } peer } => _speaker.Status(LabSpeaker.Instance, peer) is { } status
                ? [Peer(status)]
                : [NoPeer(peer)],
            { Show: "routes" } => Routes(request),
            { Show: "advertised", Peer: { } peer } => _speaker.Status(LabSpeaker.Instance, peer) is null
                ? [NoPeer(peer)]
                : _speaker.Advertised(LabSpeaker.Instance, peer).Select(Route),
            { Show: "export", File: { } file } => [Export(file)],
            _ => [new ErrorAnswer("Unknown question: ask for summary, routes, neighbor, advertised or export.")],
        };

    private ErrorAnswer NoPeer(string peer) =>
        new($"There is no peer {peer}: the peers are {string.Join(", ", _speaker.Status().Select(s => s.Name))}.");

    /// <summary>The speaker writes the file itself, so that it is whole or not there at all, whatever becomes of the one who asked.</summary>
    private object Export(string file)
    {
        string partial = $"{file}.{Guid.NewGuid():N}.partial";
        try
        {
            int prefixes;
            using (FileStream stream = new(partial, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 16))
            using (
                Stream? gzip = file.EndsWith(".gz", StringComparison.OrdinalIgnoreCase)
                    ? new GZipStream(stream, CompressionLevel.Fastest)
                    : null
            )
                prefixes = new MrtWriter(gzip ?? stream).WriteTables(
                    _speaker.TablesOf(LabSpeaker.Instance)!,
                    _configuration.RouterId,
                    TimeProvider.System.GetUtcNow()
                );
            File.Move(partial, file, overwrite: true);
            return new ExportAnswer(file, prefixes);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            if (File.Exists(partial))
                File.Delete(partial);
            return new ErrorAnswer($"{file} cannot be written: {e.Message}");
        }
    }

    private IEnumerable<object> Routes(ControlRequest request)
    {
        if (request.Peer is { } peer && _speaker.Status(LabSpeaker.Instance, peer) is null)
            return [NoPeer(peer)];
        if (request.Prefix is null)
            return Pages(request.Peer, new RouteQuery { BestOnly = request.Peer is null });
        if (IPAddress.TryParse(request.Prefix, out IPAddress? address) && !request.Prefix.Contains('/', StringComparison.Ordinal))
            return Holding(request.Peer, IpPrefix.Host(address));
        return IpPrefix.TryParse(request.Prefix, out IpPrefix prefix)
            ? Pages(request.Peer, new RouteQuery { Within = prefix })
            : [new ErrorAnswer($"'{request.Prefix}' is not a prefix or an address: write 192.0.2.0/24, 2001:db8::/32 or 192.0.2.1.")];
    }

    /// <summary>All routes to prefixes that hold an address, longest first: the first one marked best is what traffic would take.</summary>
    private IEnumerable<object> Holding(string? peer, IpPrefix host)
    {
        for (int length = host.Length; length >= 0; length--)
            foreach (object route in Pages(peer, new RouteQuery { Exactly = IpPrefix.FromBits(host.Family, host.Bits, (byte)length) }))
                yield return route;
    }

    private IEnumerable<object> Pages(string? peer, RouteQuery query)
    {
        string? next = null;
        do
        {
            RoutePage? page = peer is null
                ? _speaker.TablesOf(LabSpeaker.Instance)?.Routes(query, next)
                : _speaker.Received(LabSpeaker.Instance, peer, query, next);
            foreach (RouteView route in page?.Routes ?? [])
                yield return Route(route);
            next = page?.Next;
        } while (next is not null);
    }

    private static PeerAnswer Peer(NeighborStatus s) =>
        new(
            s.Name,
            $"{s.PeerAsn}",
            $"{s.State}",
            s.Since,
            s.Enabled,
            s.TimesEstablished,
            s.LastError,
            s.LastErrorAt,
            s.HoldTime?.TotalSeconds,
            s.PeerRouterId?.ToString(),
            s.OpenedByUs,
            [.. s.PeerCapabilities.Select(c => c.ToString())],
            s.Messages,
            [
                .. s.Families.Select(f => new FamilyAnswer(
                    f.Family == IpFamily.V4 ? "ipv4" : "ipv6",
                    f.Received,
                    f.Accepted,
                    f.Refused.ToDictionary(r => $"{r.Key}", r => r.Value),
                    f.Advertised,
                    f.EndOfRib,
                    f.Stale
                )),
            ]
        );

    private static RouteAnswer Route(RouteView r) =>
        new(
            $"{r.Prefix}",
            r.Peer,
            r.Attributes?.NextHop?.ToString(),
            r.Attributes?.AsPath,
            r.Attributes?.Origin switch
            {
                0 => "igp",
                1 => "egp",
                2 => "incomplete",
                _ => null,
            },
            r.Attributes?.Med,
            r.Attributes?.LocalPreference,
            [.. (r.Attributes?.Communities ?? []).Select(Community.Format)],
            [.. (r.Attributes?.LargeCommunities ?? []).Select(c => c.ToString())],
            r.Validity?.ToString(),
            r.Best,
            r.Reason == RefuseReason.None,
            r.Reason == RefuseReason.None ? null : $"{(ushort)r.Reason} {r.Reason}",
            r.Since,
            r.Stale ? true : null
        );

    public void Dispose()
    {
        _socket.Dispose();
        File.Delete(_path);
    }
}
