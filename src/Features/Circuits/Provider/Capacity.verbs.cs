using System.CommandLine;
using Causeway.Cli.Kit;
using Causeway.Client;
using Causeway.Client.Circuits;
using Causeway.Contracts.Circuits;

namespace Causeway.Cli.Circuits;

/// <summary><c>causeway operator capacity</c>: how full the router pairs are.</summary>
internal static class CapacityVerbs
{
    public static IEnumerable<Twig> Twigs => [new("operator", () => [Capacity()], As: "operator")];

    private static Verb Capacity() =>
        Shape.List(
            "capacity",
            ["causeway operator capacity", "causeway operator capacity -o csv"],
            "no pairs",
            call => call.Client.Circuits.CapacityAsync(call.Cancellation),
            [
                new("pair", l => l.Pair),
                new("peeringLocation", l => l.PeeringLocation),
                new("portMbps", l => l.PortBandwidthInMbps),
                new("factor", l => l.OverprovisionFactor),
                new("capacityMbps", l => l.CapacityInMbps),
                new("usedMbps", l => l.UsedBandwidthInMbps),
                new("remainingMbps", l => l.RemainingBandwidthInMbps),
                new("circuits", l => l.Circuits),
                new("usedSTags", l => l.UsedSTags),
                new("freeSTags", l => l.FreeSTags),
            ]
        );
}
