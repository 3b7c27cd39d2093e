using Causeway.Domain.Circuits;
using Causeway.Samples;
using Causeway.Server.Configuration;

namespace Causeway.Api.Tests.Recorded;

/// <summary>A server whose locations, providers and exchanges have the names that the recordings have, and which takes routing as the real service does.</summary>
public sealed class RecordedServer : SqliteApi
{
    public static string Folder { get; } = Path.Combine(SampleBook.Root, "tests/Causeway.Api.Tests/Recorded");

    protected override ServerSettings Configure(ServerSettings settings) =>
        settings with
        {
            TopologyFile = Path.Combine(Folder, "topology.yaml"),
            Circuits = settings.Circuits with
            {
                RoutingBeforeProvisioned = RoutingBeforeProvisioned.Accept,
                ProviderRouting = ProviderRouting.All,
            },
        };
}
