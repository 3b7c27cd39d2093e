using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Causeway.Bgp.Configuration;
using Causeway.Bgp.Policy;
using Causeway.Cli.Kit;
using Causeway.Primitives;

namespace Causeway.Lab.Bgp;

/// <summary>The command line of <c>bgp run</c> as it was written.</summary>
internal sealed record LabOptions
{
    public required string Asn { get; init; }
    public required string RouterId { get; init; }
    public required IReadOnlyList<string> Listen { get; init; }
    public required IReadOnlyList<string> Peers { get; init; }
    public string? Md5 { get; init; }
    public string? Md5File { get; init; }
    public string? Md5Env { get; init; }
    public bool AllowAsSets { get; init; }
    public bool RouteServer { get; init; }
    public bool Passive { get; init; }
    public string? Import { get; init; }
    public string? Export { get; init; }
    public IReadOnlyList<string> Announce { get; init; } = [];
    public string? NextHopV6 { get; init; }
    public IReadOnlyList<string> Vrps { get; init; } = [];
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
        IPAddress? nextHopV6 = ReadNextHop("--next-hop-v6", NextHopV6, problems);
        RoutePolicy? own = OnlyOwn(networks);
        RoutePolicy? import = ReadPolicy("--import", Import, own, problems);
        RoutePolicy? export =
            Export is not null ? ReadPolicy("--export", Export, own, problems)
            : RouteServer ? RoutePolicy.AcceptAll
            : own;
        string? md5 = ReadKey("--md5", Md5, Md5File, Md5Env, problems);
        List<LabPeer> peers = [.. Peers.Select(text => LabPeer.Read(text, problems)).OfType<LabPeer>()];
        var neighbors = new List<NeighborConfiguration>();
        foreach (LabPeer peer in peers)
            if (peer.Source(listen, problems) is { } local)
                neighbors.Add(
                    new NeighborConfiguration
                    {
                        Name =
                            peers.Count(p => p.Endpoint.Address.Equals(peer.Endpoint.Address)) == 1
                                ? $"{peer.Endpoint.Address}"
                                : $"{peer.Endpoint.Address}@{local}",
                        PeerAsn = peer.Asn,
                        PeerAddress = peer.Endpoint.Address,
                        PeerPort = peer.Endpoint.Port,
                        LocalAddress = local,
                        Md5Key = peer.HasKey ? peer.Key(problems) : md5,
                        Passive = Passive || peer.Has("passive"),
                        HoldTime = TimeSpan.FromSeconds(HoldTime),
                        Families = [IpFamily.V4, IpFamily.V6],
                        NextHopV6 = peer["next-hop-v6"] is { } hop ? ReadNextHop(peer.Where("next-hop-v6"), hop, problems) : nextHopV6,
                        NextHopV4 = local.AddressFamily == AddressFamily.InterNetwork ? null : routerId,
                        AllowAsSets = AllowAsSets || peer.Has("allow-as-sets"),
                        RouteServerClient = RouteServer,
                        Role = RouteServer ? BgpRole.RouteServer : null,
                        Import = peer["import"] is { } i ? ReadPolicy(peer.Where("import"), i, own, problems) : import,
                        Export = peer["export"] is { } e ? ReadPolicy(peer.Where("export"), e, own, problems) : export,
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

    private static IPAddress? ReadNextHop(string option, string? text, List<string> problems)
    {
        if (text is null || (IPAddress.TryParse(text, out IPAddress? address) && address.AddressFamily == AddressFamily.InterNetworkV6))
            return text is null ? null : IPAddress.Parse(text);
        problems.Add($"{option} '{text}' is not an IPv6 address.");
        return null;
    }

    /// <param name="own">What 'own' means: the prefixes and files of <c>--announce</c>.</param>
    private RoutePolicy? ReadPolicy(string option, string? text, RoutePolicy? own, List<string> problems)
    {
        switch (text)
        {
            case null or "none":
                return null;
            case "all":
                return RoutePolicy.AcceptAll;
            case "own":
                return own;
        }
        RoutePolicy? policy = PolicyFile.Read(option, text, problems);
        // Such a term would never match, and what it is to refuse would come in.
        if (Vrps.Count == 0 && policy?.Terms.Any(t => t.Validity is not null) == true)
            problems.Add($"{option}: {text} asks for 'validity', which needs --vrps.");
        return policy;
    }

    /// <summary>The key of MD5 from one of three places; null when none is named, or the one that is named has none, which is then a problem.</summary>
    internal static string? ReadKey(string option, string? key, string? file, string? variable, List<string> problems)
    {
        if (new[] { key, file, variable }.Count(s => s is not null) > 1)
        {
            problems.Add($"{option} is given more than once: give the key itself, a file, or an environment variable.");
            return null;
        }
        try
        {
            key = file is not null ? File.ReadAllText(file).TrimEnd('\r', '\n') : key;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            problems.Add($"{option}-file: {e.Message}");
            return null;
        }
        if (variable is not null && (key = Environment.GetEnvironmentVariable(variable)) is null)
            problems.Add($"{option}-env: there is no environment variable '{variable}'.");
        else if (key is { Length: 0 })
            problems.Add($"{option}: the key{(file is null ? "" : $" in {file}")} is empty.");
        return key;
    }

    /// <summary>What does not keep the speaker from starting, but will surprise.</summary>
    public IEnumerable<string> Notes(SpeakerConfiguration configuration)
    {
        bool announcesV6 = Files.Any() || Export is not null || configuration.Instances.Any(i => i.Networks.Any(n => !n.IsV4));
        foreach (NeighborConfiguration neighbor in configuration.Instances.SelectMany(i => i.Neighbors))
            if (announcesV6 && neighbor is { NextHopV6: null, Export: not null, LocalAddress.AddressFamily: AddressFamily.InterNetwork })
                yield return $"IPv6 routes are not announced to {neighbor.Name}, for want of a next hop: give --next-hop-v6, or next-hop-v6= of that peer.";
    }
}
