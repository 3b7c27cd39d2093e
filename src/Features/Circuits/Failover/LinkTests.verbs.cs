using System.CommandLine;
using Causeway.Cli.Kit;
using Causeway.Client;
using Causeway.Client.Circuits;
using Causeway.Contracts.Circuits;

namespace Causeway.Cli.Circuits;

/// <summary><c>causeway circuit test …</c>: what happens when a link fails, tried while somebody looks.</summary>
internal static class LinkTestVerbs
{
    private static readonly Column<LinkTestBody>[] Facts =
    [
        new("link", t => t.LinkType),
        new("testKind", t => t.CircuitTestCategory),
        new("status", t => t.Status),
        new("testStarted", t => t.StartTime),
        new("testEnded", t => t.EndTime),
        new("successful", t => t.WasSimulationSuccessful),
        new("testSessions", t => t.BgpStatus.Select(s => $"{s.Link} {s.Type} {s.Status}")),
        new("issues", t => t.Issues),
    ];

    public static IEnumerable<Twig> Twigs => [new("circuit test", All)];

    private static IEnumerable<Command> All() =>
        [
            Shape.One(
                "start",
                [
                    "causeway circuit test start office --link primary",
                    "causeway circuit test start office --link secondary --test ASPathPrepend",
                ],
                "taking the link out",
                call => call.Client.LinkTests.StartAsync(call.Circuit(), call.Text("--link"), call.Text("--test"), call.Cancellation),
                Facts,
                [CircuitVerbs.Circuit(), Link(), Opt.OneOf("--test", "BgpDisconnect", "BgpDisconnect", "ASPathPrepend")],
                (call, _) => call.Next("next tested", call.Text("circuit"))
            ),
            Shape.One(
                "stop",
                ["causeway circuit test stop office --successful", "causeway circuit test stop office"],
                "bringing the link back",
                call =>
                    call.Client.LinkTests.StopAsync(
                        call.Circuit(),
                        new StopLinkTestBody { WasSimulationSuccessful = call.Get<bool>("--successful"), IsVerified = true },
                        call.Cancellation
                    ),
                Facts,
                [CircuitVerbs.Circuit(), Opt.Flag("--successful")]
            ),
            Shape.List(
                "list",
                ["causeway circuit test list office"],
                "no failover tests",
                call => call.Client.LinkTests.ListAsync(call.Circuit(), call.Cancellation),
                Facts,
                CircuitVerbs.Circuit()
            ),
        ];

    private static Option<string?> Link()
    {
        Option<string?> link = Opt.OneOf("--link", null, "primary", "secondary");
        link.Required = true;
        return link;
    }
}
