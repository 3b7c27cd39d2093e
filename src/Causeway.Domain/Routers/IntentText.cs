using System.Globalization;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using Causeway.Primitives;

namespace Causeway.Domain.Routers;

/// <summary>
/// An intent as lines of text: what fingerprints are made of, and what a plan shows as a difference. One setting a line, defaults left out, in canonical
/// order; keys stand as their keyed hash.
/// </summary>
/// <remarks>
/// What a session or an instance is in text is remembered as long as it is: of an exchange with a thousand members one changes, and the rest, with their filters of a
/// hundred thousand prefixes, is neither rendered nor hashed again.
/// </remarks>
public static class IntentText
{
    public static IReadOnlyList<string> Of(RouterIntent intent) =>
        [$"router {intent.Router} AS{intent.Asn}", .. intent.Instances.SelectMany(Of)];

    public static IReadOnlyList<string> Of(InstanceIntent instance) =>
        s_instances.GetValue(
            instance,
            static i =>
            {
                List<string> lines = Head(i);
                foreach (SessionIntent session in i.Sessions)
                    lines.AddRange(Known(session).Lines);
                return lines;
            }
        );

    /// <summary>The lines before those of the sessions.</summary>
    private static List<string> Head(InstanceIntent instance)
    {
        var lines = new List<string> { $"instance {instance.Name}" };
        if (instance.Vrf is { } vrf)
            lines.Add($"  vrf {vrf}");
        AccessIntent access = instance.Access;
        lines.Add(
            $"  access port {access.Port} {access.Encapsulation}{(access.STag is { } s ? $" s-tag {s}" : "")}{(access.CTag is { } c ? $" c-tag {c}" : "")}{(access.Rate is { } r ? $" rate {r}" : "")}"
        );
        foreach (AnnouncedPrefix a in instance.Announce)
            lines.Add($"  announce {a.Prefix}{Communities(a.Communities)}");
        return lines;
    }

    /// <summary>SHA-256 of the lines, 32 hexadecimal digits.</summary>
    internal static string Fingerprint(SessionIntent session) => Known(session).Fingerprint;

    /// <summary>Of its own lines and its sessions' fingerprints.</summary>
    internal static string Fingerprint(InstanceIntent instance) =>
        s_fingerprints.GetValue(instance, static i => Hash([.. Head(i), .. i.Sessions.Select(Fingerprint)]));

    /// <summary>Of the router's own line and its instances' fingerprints.</summary>
    internal static string Fingerprint(RouterIntent intent) =>
        Hash([$"router {intent.Router} AS{intent.Asn}", .. intent.Instances.Select(Fingerprint)]);

    private sealed record SessionText(string[] Lines, string Fingerprint);

    private static readonly ConditionalWeakTable<SessionIntent, SessionText> s_sessions = [];
    private static readonly ConditionalWeakTable<InstanceIntent, IReadOnlyList<string>> s_instances = [];
    private static readonly ConditionalWeakTable<InstanceIntent, string> s_fingerprints = [];

    private static SessionText Known(SessionIntent session) =>
        s_sessions.GetValue(
            session,
            static s =>
            {
                var lines = new List<string>();
                Add(lines, s);
                return new SessionText([.. lines], Hash(lines));
            }
        );

    private static string Hash(IReadOnlyList<string> lines) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', lines))))[..32];

    private static void Add(List<string> lines, SessionIntent s)
    {
        lines.Add(
            $"  session {s.Name} {s.Ours} -> {s.Theirs} in {s.Lan} AS{s.PeerAsn} {s.Mode}{(s.Md5Key is { } key ? $" md5 {key}" : "")}"
        );
        lines.Add($"    owner {s.Owner}");
        ImportRules i = s.Import;
        Line(
            "import",
            [
                $"{i.Space} space",
                $"at most {i.MaxPrefixes}",
                i.DefaultRoute ? "default route" : null,
                i.ShortestPrefix is { } shortest ? $"ge {shortest}" : null,
                i.LongestPrefix is { } longest ? $"le {longest}" : null,
                i.LongestPath is { } path ? $"path at most {path}" : null,
                i.FirstAsnIsPeer ? null : "any first AS",
                i.NextHopOnLink ? null : "any next hop",
                i.NextHopIsPeer ? "the peer's own next hop" : null,
                i.PrivateAsns ? null : "no private AS numbers",
                i.PrivateAsnsStandFor is { } holder ? $"private AS numbers stand for AS{holder}" : null,
                i.RefuseRpkiInvalid ? "no RPKI invalid" : null,
                i.RefuseAspaInvalid ? "no ASPA invalid" : null,
                i.RefuseThrough.IsEmpty ? null : $"not through {string.Join(' ', i.RefuseThrough)}",
            ]
        );
        lines.AddRange(i.Refuse.Select(p => $"    refuse {p}"));
        lines.AddRange(i.Accept.Select(a => $"    accept {a}"));
        ExportRules e = s.Export;
        Line(
            "export",
            [
                e.Prepend > 0 ? $"prepend {e.Prepend}" : null,
                e.Med is { } med ? $"med {med}" : null,
                e.Communities.IsEmpty ? null : Communities(e.Communities).TrimStart(),
                e.Only is { } only
                    ? only.IsEmpty
                        ? "none of ours"
                        : $"only {string.Join(' ', only)}"
                    : null,
                e.Learned ? "learned" : null,
                e.AsRouteServer ? "as a route server" : null,
            ]
        );
        SessionOptions o = s.Options;
        Line(
            "options",
            [
                o.HoldTime is { } hold ? $"hold {Seconds(hold)}" : null,
                o.MaxPrefixRestart is { } restart ? $"max-prefix restart {Seconds(restart)}" : null,
                o.MaxPrefixWarning is { } warning ? $"max-prefix warning {warning}%" : null,
                o.TtlSecurityHops is { } hops ? $"ttl-security {hops}" : null,
                o.Bfd is { } bfd ? $"bfd {Seconds(bfd.Transmit)} {Seconds(bfd.Receive)} {bfd.Multiplier}" : null,
                o.Role is { } role ? $"role {role}" : null,
                o.Passive ? "passive" : null,
                o.GracefulShutdown ? "graceful shutdown" : null,
                o.GracefulRestart is { } graceful ? $"graceful restart {Seconds(graceful)}" : null,
            ]
        );

        void Line(string word, string?[] settings)
        {
            string text = string.Join(", ", settings.Where(x => x is not null));
            if (text.Length > 0)
                lines.Add($"    {word} {text}");
        }
    }

    private static string Seconds(TimeSpan time) => $"{time.TotalSeconds.ToString(CultureInfo.InvariantCulture)}s";

    private static string Communities(EquatableArray<uint> communities) =>
        communities.IsEmpty ? "" : $" communities {string.Join(' ', communities.Select(c => $"{c >> 16}:{c & 0xffff}"))}";
}
