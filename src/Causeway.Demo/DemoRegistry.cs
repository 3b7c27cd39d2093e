using Causeway.Server.Topology;

namespace Causeway.Demo;

/// <summary>
/// The routing registry of the demo: a few objects of its own, read as any registry's dump is. What stands in it is made up, and says nothing about who has these
/// addresses on the Internet.
/// </summary>
internal static class DemoRegistry
{
    /// <summary>The last line of the exchange's routers. Nobody who watches waits a minute for a session to count as stable.</summary>
    private const string LastRouter = "addresses: [127.80.0.2] }\n";

    /// <summary>Writes the registry, and a topology that reads it.</summary>
    /// <param name="folder">Made when it is not there.</param>
    /// <returns>The topology's path.</returns>
    public static string Write(string folder)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllText(
            Path.Combine(folder, "registry.db"),
            """
            route:   193.10.0.0/20
            descr:   Contoso
            origin:  AS401900
            mnt-by:  MAINT-CONTOSO
            source:  RADB

            route:   194.9.0.0/20
            descr:   Fourth Coffee
            origin:  AS401901
            mnt-by:  MAINT-COFFEE
            source:  RADB

            """
        );
        string topology = Path.Combine(folder, "topology.yaml");
        File.WriteAllText(
            topology,
            TopologyFile.BuiltIn.Replace(LastRouter, $"{LastRouter}    validation: {{ stableSeconds: 3 }}\n", StringComparison.Ordinal)
                + "\nregistries: { dumps: [registry.db] }\n"
        );
        return topology;
    }
}
