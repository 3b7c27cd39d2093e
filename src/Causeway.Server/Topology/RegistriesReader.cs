using System.Globalization;
using Causeway.Domain.Topology;
using Causeway.Registries;

namespace Causeway.Server.Topology;

/// <summary>
/// Reads the topology's key <c>registries</c>; every problem with the line and the key that it is at.
///</summary>
internal sealed class RegistriesReader(TopologyProblems problems)
{
    private const string Top = "registries";
    private static readonly TimeSpan LongestLoad = TimeSpan.FromDays(1);
    private static readonly TimeSpan LongestGrace = TimeSpan.FromDays(365);

    public RegistrySources Read(RegistriesEntry r)
    {
        // A key without a value is as one that is left out.
        (r.Dumps, r.Vrps, r.Slurm, r.Prefer, r.Views) = (r.Dumps ?? [], r.Vrps ?? [], r.Slurm ?? [], r.Prefer ?? [], r.Views ?? []);
        (r.Nrtm3, r.Nrtm4) = (r.Nrtm3 ?? [], r.Nrtm4 ?? []);
        Files(r.Dumps, "dumps");
        Files(r.Slurm, "slurm");
        Files(r.Views, "views");
        Vrps(r.Vrps);
        for (int i = 0; i < r.Prefer.Count; i++)
            Source(r.Prefer[i], $"prefer[{i}]");
        RegistrySources all = new()
        {
            Dumps = [.. r.Dumps],
            Mirrors = [.. Mirrors(r).OrderBy(m => m.Source, StringComparer.Ordinal)],
            Prefer = [.. r.Prefer.Select(p => (p ?? "").ToUpperInvariant())],
            Vrps = [.. r.Vrps],
            Slurm = [.. r.Slurm],
            Views = [.. r.Views],
            PeeringDb = r.PeeringDb is { } peeringDb ? PeeringDb(peeringDb) : null,
        };
        if (all.Dumps.IsEmpty && all.Mirrors.IsEmpty && all.Vrps.IsEmpty && all.PeeringDb is null && all.Views.IsEmpty)
            Problem("", "names no source: give dumps, nrtm3, nrtm4, vrps, views or peeringDb, or leave the key out.");
        return all with
        {
            LoadWithin = Span(r.LoadWithin, "loadWithin", all.LoadWithin, TimeSpan.FromSeconds(1), LongestLoad),
            Grace = Span(r.Grace, "grace", all.Grace, TimeSpan.Zero, LongestGrace),
        };
    }

    private void Files(List<string> files, string key)
    {
        for (int i = 0; i < files.Count; i++)
            if (string.IsNullOrWhiteSpace(files[i]))
                Problem($"{key}[{i}]", "is empty: write the path of a file.");
            else if (files[i].Contains("://", StringComparison.Ordinal))
                Problem($"{key}[{i}]", $"is '{files[i]}', and a file is read here: fetch it, and write its path.");
        Once(files, key);
    }

    private void Vrps(List<string> sources)
    {
        for (int i = 0; i < sources.Count; i++)
            if (string.IsNullOrWhiteSpace(sources[i]))
                Problem($"vrps[{i}]", "is empty: write the path of a validator's output (JSON), or rtr://HOST:PORT.");
            else if (sources[i].Contains("://", StringComparison.Ordinal) && !HostPort.TryParseRtr(sources[i], out _))
                Problem(
                    $"vrps[{i}]",
                    $"is '{sources[i]}', which is no RTR cache: write rtr://HOST:PORT, or rtr://[ADDRESS]:PORT for IPv6."
                );
        Once(sources, "vrps");
    }

    private void Once(List<string> names, string key)
    {
        for (int i = 0; i < names.Count; i++)
            if (!string.IsNullOrWhiteSpace(names[i]) && names.IndexOf(names[i]) < i)
                Problem($"{key}[{i}]", $"names '{names[i]}' a second time.");
    }

    private List<RegistryMirror> Mirrors(RegistriesEntry r)
    {
        var mirrors = new List<RegistryMirror>();
        foreach ((string source, string? server) in r.Nrtm3)
        {
            Source(source, $"nrtm3.{source}");
            if (!HostPort.TryParse(server ?? "", out _))
                Problem($"nrtm3.{source}", $"is '{server}': write HOST:PORT, or [ADDRESS]:PORT for IPv6.");
            mirrors.Add(new RegistryMirror(source.ToUpperInvariant(), server ?? "", null));
        }
        foreach ((string source, Nrtm4Entry? entry) in r.Nrtm4)
        {
            Source(source, $"nrtm4.{source}");
            if (string.IsNullOrWhiteSpace(entry?.Key))
                Problem($"nrtm4.{source}", "has no key: write the file that holds the server's public key (PEM).");
            if (string.IsNullOrWhiteSpace(entry?.From))
                Problem($"nrtm4.{source}", "has no from: write the https address of the update notification file, or its path.");
            else if (entry.From.Contains("://", StringComparison.Ordinal) && Web(entry.From) is not { Scheme: "https" })
                Problem($"nrtm4.{source}.from", $"is '{entry.From}': write an https address, or a path.");
            mirrors.Add(new RegistryMirror(source.ToUpperInvariant(), entry?.From ?? "", entry?.Key ?? ""));
        }
        foreach (IGrouping<string, RegistryMirror> twice in mirrors.GroupBy(m => m.Source).Where(g => g.Count() > 1))
            Problem("", $"mirrors {twice.Key} {twice.Count()} times: a source comes from one server, by NRTMv3 or by NRTMv4.");
        return mirrors;
    }

    private PeeringDbSource PeeringDb(PeeringDbEntry entry)
    {
        if (string.IsNullOrWhiteSpace(entry.File) == string.IsNullOrWhiteSpace(entry.Url))
            Problem("peeringDb", "needs one of file and url.");
        else if (entry.Url is { Length: > 0 } && Web(entry.Url) is null)
            Problem("peeringDb.url", $"is '{entry.Url}': write the address of the API, such as https://www.peeringdb.com/api/.");
        if (entry.Key is not null && string.IsNullOrWhiteSpace(entry.Url))
            Problem("peeringDb.key", "goes with url: a file needs no key.");
        return new PeeringDbSource(entry.File, entry.Url, entry.Key);
    }

    private static Uri? Web(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out Uri? web) && web.Scheme is "https" or "http" ? web : null;

    private void Source(string? name, string key)
    {
        if (string.IsNullOrEmpty(name) || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'))
            Problem(key, $"is not the name of a source ('{name}'): write one such as RIPE or RADB.");
    }

    private TimeSpan Span(string? text, string key, TimeSpan otherwise, TimeSpan least, TimeSpan most)
    {
        if (text is null)
            return otherwise;
        if (!DurationText.TryParse(text, out TimeSpan span))
            Problem(key, $"is '{text}': {DurationText.InWords}.");
        else if (span < least || span > most)
            Problem(key, $"is {text}: it has to be from {least.TotalSeconds:0}s to {most.TotalDays:0}d.");
        return span;
    }

    private void Problem(string key, string what)
    {
        string path = key.Length == 0 ? Top : $"{Top}.{key}";
        problems.Add(path, $"'{path}' {what}");
    }
}
