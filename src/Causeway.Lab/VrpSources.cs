using Causeway.Registries;

namespace Causeway.Lab;

/// <summary>What <c>--vrps</c> names, of both programs: files of a validator, and RTR caches as <c>rtr://HOST:PORT</c>.</summary>
internal static class VrpSources
{
    public static (List<string> Files, List<HostPort> Caches) Read(string option, IEnumerable<string> sources, List<string> problems)
    {
        var files = new List<string>();
        var caches = new List<HostPort>();
        foreach (string source in sources)
            if (!HostPort.IsRtr(source))
                files.Add(source);
            else if (HostPort.TryParseRtr(source, out HostPort cache))
                caches.Add(cache);
            else
                problems.Add($"{option} '{source}' is not an RTR cache: write rtr://HOST:PORT, or rtr://[ADDRESS]:PORT for IPv6.");
        return (files, caches);
    }
}
