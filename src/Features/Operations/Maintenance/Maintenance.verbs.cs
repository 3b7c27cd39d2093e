using System.CommandLine;
using Causeway.Cli.Kit;
using Causeway.Client;
using Causeway.Client.Operations;
using Causeway.Contracts.Operations;

namespace Causeway.Cli.Operations;

/// <summary><c>causeway operator drain|restore|maintenances</c>: work on one router of a pair, while the other carries everything.</summary>
internal static class MaintenanceVerbs
{
    private static readonly Column<MaintenanceBody>[] Facts =
    [
        new("router", m => m.Router),
        new("pair", m => m.Group),
        new("since", m => m.Since),
        new("why", m => m.Reason),
        new("status", m => m.Status),
        new("followed", m => m.Applied),
    ];

    public static IEnumerable<Twig> Twigs => [new("operator", All, As: "operator")];

    private static IEnumerable<Command> All() =>
        [
            Shape.One(
                "drain",
                ["causeway operator drain ams-1-primary", "causeway operator drain ams-1-primary --because upgrade"],
                "changing",
                call =>
                    call.Client.Maintenance.DrainAsync(
                        call.Text("router"),
                        call.Get<string?>("--because"),
                        call.Get<bool>("--anyway"),
                        call.Cancellation
                    ),
                Facts,
                [Opt.Argument("router"), Opt.Text("--because", "TEXT"), Opt.Flag("--anyway")],
                (call, m) => call.Next("next drained", m.Router)
            ),
            new Verb("restore", ["causeway operator restore ams-1-primary"], RestoreAsync, Opt.Argument("router")),
            Shape.List(
                "maintenances",
                ["causeway operator maintenances", "causeway operator maintenances -o csv"],
                "no maintenances",
                call => call.Client.Maintenance.ListAsync(call.Cancellation),
                Facts
            ),
        ];

    private static async Task RestoreAsync(CliCall call)
    {
        string router = call.Text("router");
        bool was = await call.Working("changing", call.Client.Maintenance.RestoreAsync(router, call.Cancellation));
        if (call.ForPeople)
            call.Out.WriteLine(call.Words[was ? "router restoring" : "router not drained", router]);
    }
}
