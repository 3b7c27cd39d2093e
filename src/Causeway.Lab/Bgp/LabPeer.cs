using System.Globalization;
using System.Net;
using Causeway.Primitives;

namespace Causeway.Lab.Bgp;

/// <summary>
/// One <c>--peer</c>: <c>192.0.2.2:1790=64501,from=192.0.2.1,import=policy.yaml,md5-file=key</c>. What a peer does not say for itself is that of the command line.
/// </summary>
internal sealed class LabPeer
{
    private static readonly string[] Keys = ["from", "import", "export", "md5-file", "md5-env", "next-hop-v6"];
    private static readonly string[] Switches = ["passive", "allow-as-sets"];

    private readonly string _text;
    private readonly Dictionary<string, string?> _options;

    private LabPeer(string text, IPEndPoint endpoint, Asn asn, Dictionary<string, string?> options) =>
        (_text, Endpoint, Asn, _options) = (text, endpoint, asn, options);

    public IPEndPoint Endpoint { get; }
    public Asn Asn { get; }

    /// <summary>The value of an option, or null.</summary>
    public string? this[string option] => _options.GetValueOrDefault(option);

    public bool Has(string option) => _options.ContainsKey(option);

    public bool HasKey => Has("md5-file") || Has("md5-env");

    /// <summary>How a message names an option of this peer.</summary>
    public string Where(string option) => $"--peer '{_text}', {option}";

    /// <summary>Where the key of this peer is kept says the peer itself.</summary>
    public string? Key(List<string> problems) => LabOptions.ReadKey(Where("md5"), null, this["md5-file"], this["md5-env"], problems);

    /// <summary>The address that is spoken from: that of <c>from=</c>, else the first one listened on that is of the peer's family.</summary>
    /// <returns>Null when there is none; that is then a problem.</returns>
    public IPAddress? Source(IReadOnlyList<IPEndPoint> listen, List<string> problems)
    {
        if (this["from"] is not { } from)
        {
            IPAddress? first = listen.FirstOrDefault(l => l.AddressFamily == Endpoint.AddressFamily)?.Address;
            if (first is null)
                problems.Add($"--peer '{_text}' needs a --listen address of its family.");
            return first;
        }
        if (IPAddress.TryParse(from, out IPAddress? address) && listen.Any(l => l.Address.Equals(address)))
            return address;
        problems.Add($"{Where("from")}: '{from}' is no address of --listen; those are {string.Join(", ", listen.Select(l => l.Address))}.");
        return null;
    }

    /// <returns>Null when it is none; every problem has then been added.</returns>
    public static LabPeer? Read(string text, List<string> problems)
    {
        string[] parts = text.Split(',');
        int before = problems.Count;
        var options = new Dictionary<string, string?>(StringComparer.Ordinal);
        foreach (string part in parts[1..])
        {
            int at = part.IndexOf('=', StringComparison.Ordinal);
            string key = at < 0 ? part : part[..at];
            if (at < 0 ? !Switches.Contains(key, StringComparer.Ordinal) : !Keys.Contains(key, StringComparer.Ordinal))
                problems.Add(
                    $"--peer '{text}': '{part}' is no option of a peer; those are {string.Join(", ", Keys.Select(k => $"{k}=").Concat(Switches))}."
                );
            else if (!options.TryAdd(key, at < 0 ? null : part[(at + 1)..]))
                problems.Add($"--peer '{text}': '{key}' is there twice.");
        }
        int equals = parts[0].LastIndexOf('=');
        if (equals > 0 && Asn.TryParse(parts[0][(equals + 1)..], out Asn asn) && ReadEndpoint(parts[0][..equals]) is { } endpoint)
            return problems.Count == before ? new LabPeer(text, endpoint, asn, options) : null;
        problems.Add($"--peer '{text}' is not a peer: write 192.0.2.1=64500, 192.0.2.1:1790=64500 or [2001:db8::1]:179=64500.");
        return null;
    }

    private static IPEndPoint? ReadEndpoint(string text)
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
