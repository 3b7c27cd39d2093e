using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Causeway.Bgp.Configuration;
using Causeway.Bgp.Policy;
using Causeway.Cli;
using Causeway.Primitives;

namespace Causeway.BgpVerbs;

/// <summary>The command line of <c>bgp run</c> as it was written.</summary>
internal sealed record LabOptions
{
    public required string Asn { get; init; }
    public required string RouterId { get; init; }
    public required IReadOnlyList<string> Listen { get; init; }
    public required IReadOnlyList<string> Peers { get; init; }
    public string? Md5 { get; init; }

    /// <summary>File that holds the key; comes before <see cref="Md5"/>.</summary>
    public string? Md5File { get; init; }
    public bool Passive { get; init; }
    public string? Import { get; init; }
    public string? Export { get; init; }
    public IReadOnlyList<string> Announce { get; init; } = [];
    public string? NextHopV6 { get; init; }
    public string? Vrps { get; init; }
    public int HoldTime { get; init; } = 180;
    public required string Socket { get; init; }

    /// <summary>What <c>--announce</c> names that is no prefix: files.</summary>
    public IEnumerable<string> Files => Announce.Where(a => !IpPrefix.TryParseLoose(a, out _, out _));

    /// <summary>The speaker's configuration, or every problem of the command line.</summary>
    public SpeakerConfiguration? Compile(List<string> problems)
    {
        if (!Primitives.Asn.TryParse(Asn, out Asn asn))
            problems.Add($"--asn '{Asn}' is not an AS number: write a number from 1 to 4294967295.");
        if (!IPAddress.TryParse(RouterId, out IPAddress? routerId) || routerId.AddressFamily != AddressFamily.InterNetwork)
            problems.Add($"--router-id '{RouterId}' is not an IPv4 address.");
        var listen = new List<IPEndPoint>();
        foreach (string text in Listen)
            if (IPEndPoint.TryParse(text, out IPEndPoint? endpoint) && endpoint.Port != 0)
                listen.Add(endpoint);
            else
                problems.Add($"--listen '{text}' is not an address and a port: write 127.0.0.1:1790 or [::1]:1790.");
        var networks = new List<IpPrefix>();
        foreach (string text in Announce)
            if (IpPrefix.TryParseLoose(text, out IpPrefix prefix, out bool hostBits))
            {
                networks.Add(prefix);
                if (hostBits)
                    problems.Add($"--announce '{text}' has host bits set: use {prefix}.");
            }
            else if (!File.Exists(text))
            {
                problems.Add($"--announce '{text}' is neither a prefix nor a file.");
            }
        IPAddress? nextHopV6 = null;
        if (
            NextHopV6 is not null
            && (!IPAddress.TryParse(NextHopV6, out nextHopV6) || nextHopV6.AddressFamily != AddressFamily.InterNetworkV6)
        )
            problems.Add($"--next-hop-v6 '{NextHopV6}' is not an IPv6 address.");
        RoutePolicy? import = ReadPolicy("--import", Import, problems);
        RoutePolicy? export = Export is null ? OnlyOwn(networks) : ReadPolicy("--export", Export, problems);
        string? key = SecretFile.Read("--md5-file", Md5File, problems) ?? Md5;
        var neighbors = new List<NeighborConfiguration>();
        foreach (string text in Peers)
            if (ReadPeer(text, listen, problems) is (IPEndPoint peer, Asn peerAsn, IPAddress local))
                neighbors.Add(
                    new NeighborConfiguration
                    {
                        Name = peer.Address.ToString(),
                        PeerAsn = peerAsn,
                        PeerAddress = peer.Address,
                        PeerPort = peer.Port,
                        LocalAddress = local,
                        Md5Key = key,
                        Passive = Passive,
                        HoldTime = TimeSpan.FromSeconds(HoldTime),
                        Families = [IpFamily.V4, IpFamily.V6],
                        NextHopV6 = nextHopV6,
                        NextHopV4 = local.AddressFamily == AddressFamily.InterNetwork ? null : routerId,
                        Import = import,
                        Export = export,
                    }
                );
        if (problems.Count > 0)
            return null;
        var configuration = new SpeakerConfiguration
        {
            Asn = asn,
            RouterId = routerId!,
            Listen = [.. listen],
            Instances =
            [
                new InstanceConfiguration
                {
                    Name = LabSpeaker.Instance,
                    Networks = [.. networks],
                    Neighbors = [.. neighbors],
                },
            ],
        };
        problems.AddRange(ConfigurationRules.Check(configuration).Select(p => p.Message));
        return problems.Count == 0 ? configuration : null;
    }

    /// <summary>Own networks, and nothing that was learnt: a lab router is no transit by accident. Files announce all that they hold.</summary>
    private RoutePolicy? OnlyOwn(List<IpPrefix> networks) =>
        Files.Any() ? RoutePolicy.AcceptAll
        : networks.Count == 0 ? null
        : new RoutePolicy([
            new PolicyTerm
            {
                Prefixes = [.. networks.Select(PrefixMatch.Exact)],
                PathContains = null,
                Accept = true,
            },
        ]);

    private RoutePolicy? ReadPolicy(string option, string? text, List<string> problems)
    {
        if (text is null or "all")
            return text is null ? null : RoutePolicy.AcceptAll;
        RoutePolicy? policy = PolicyFile.Read(option, text, problems);
        // Such a term would never match, and what it is to refuse would come in.
        if (Vrps is null && policy?.Terms.Any(t => t.Validity is not null) == true)
            problems.Add($"{option}: {text} asks for 'validity', which needs --vrps FILE.");
        return policy;
    }

    private static (IPEndPoint, Asn, IPAddress)? ReadPeer(string text, List<IPEndPoint> listen, List<string> problems)
    {
        int equals = text.LastIndexOf('=');
        if (equals <= 0 || !Primitives.Asn.TryParse(text[(equals + 1)..], out Asn asn) || Endpoint(text[..equals]) is not IPEndPoint peer)
        {
            problems.Add($"--peer '{text}' is not a peer: write 192.0.2.1=64500, 192.0.2.1:1790=64500 or [2001:db8::1]:179=64500.");
            return null;
        }
        IPAddress? local = listen.FirstOrDefault(l => l.AddressFamily == peer.AddressFamily)?.Address;
        if (local is null)
        {
            problems.Add($"--peer '{text}' needs a --listen address of its family.");
            return null;
        }
        return (peer, asn, local);
    }

    private static IPEndPoint? Endpoint(string text)
    {
        // A bare IPv6 address has colons of its own: a port then needs brackets.
        if (IPAddress.TryParse(text, out IPAddress? address) && !text.StartsWith('['))
            return new IPEndPoint(address, 179);
        int colon = text.LastIndexOf(':');
        bool hasPort = colon > text.LastIndexOf(']');
        string host = (hasPort ? text[..colon] : text).Trim('[', ']');
        int port = 179;
        return
            IPAddress.TryParse(host, out address)
            && (
                !hasPort
                || (int.TryParse(text[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out port) && port is > 0 and < 65536)
            )
            ? new IPEndPoint(address, port)
            : null;
    }
}
