using System.CommandLine;
using Causeway.Cli.Kit;
using Causeway.Client;
using Causeway.Client.Operations;
using Causeway.Contracts.Operations;

namespace Causeway.Cli.Operations;

/// <summary><c>causeway topology …</c>: the operator's network, looked at, planned and changed while it runs.</summary>
internal static class TopologyVerbs
{
    private static readonly Column<TopologyBody>[] Facts =
    [
        new("revision", t => t.Properties.Revision),
        new("source", t => t.Properties.Source),
        new("changedAt", t => t.Properties.ChangedAt),
    ];

    public static IEnumerable<Twig> Twigs => [new("topology", All, As: "operator")];

    private static IEnumerable<Command> All() =>
        [
            new Verb(
                "default",
                ["causeway topology default"],
                call =>
                {
                    call.Out.Write(call.BuiltInTopology);
                    return Task.CompletedTask;
                }
            ),
            new Verb("show", ["causeway topology show", "causeway topology show --text"], ShowAsync, Opt.Flag("--text")),
            new Verb("plan", ["causeway topology plan topology.yaml"], PlanAsync, Opt.Argument("file")),
            new Verb(
                "apply",
                ["causeway topology apply topology.yaml", "causeway topology apply topology.yaml --yes"],
                ApplyAsync,
                Opt.Argument("file"),
                Opt.Flag("--yes")
            ),
        ];

    private static async Task ShowAsync(CliCall call)
    {
        Document<TopologyBody> topology = await call.Reading(call.Client.Topology.GetAsync(call.Cancellation));
        if (call.Get<bool>("--text"))
            call.Out.Write(topology.Body.Properties.Text);
        else
            Printer.One(call, topology, Facts);
    }

    private static async Task PlanAsync(CliCall call)
    {
        Document<TopologyPlanBody> plan = await AskAsync(call);
        if (call.ForPeople)
            Show(call, plan.Body);
        else
            Printer.Raw(call, plan.Json);
        Blame(call, plan.Body);
        if (!plan.Body.CanBeApplied)
            throw new CliException(call.Words["topology in use"], ExitCode.Refused);
        if (plan.Body.Changes.Count > 0)
            call.Next("next topology apply", call.Text("file"));
    }

    private static async Task ApplyAsync(CliCall call)
    {
        Document<TopologyPlanBody> plan = await AskAsync(call);
        if (call.ForPeople)
            Show(call, plan.Body);
        Blame(call, plan.Body);
        if (!plan.Body.CanBeApplied)
            throw new CliException(call.Words["topology in use"], ExitCode.Refused);
        if (!call.Get<bool>("--yes") && plan.Body.Changes.Count > 0 && !Agreed(call))
            throw new CliException(call.Words["topology not agreed"]);
        Document<TopologyBody> applied = await call.Working(
            "changing",
            call.Client.Topology.ApplyAsync(Text(call), Source(call), plan.Body.Revision, call.Cancellation)
        );
        Printer.One(call, applied, Facts);
    }

    private static Task<Document<TopologyPlanBody>> AskAsync(CliCall call) =>
        call.Working("reading", call.Client.Topology.PlanAsync(Text(call), Source(call), call.Cancellation));

    private static void Show(CliCall call, TopologyPlanBody plan)
    {
        if (plan.Changes.Count == 0)
            call.Out.WriteLine(call.Words["topology unchanged", plan.Revision]);
        foreach (TopologyChangeBody change in plan.Changes)
            call.Out.WriteLine(change.Says);
    }

    private static void Blame(CliCall call, TopologyPlanBody plan)
    {
        foreach (TopologyRefusalBody refused in plan.Refused)
            call.Error.WriteLine($"{refused.Code}: {refused.Message}");
    }

    /// <summary>Asks on a terminal; elsewhere nobody can answer, and --yes has to be given.</summary>
    private static bool Agreed(CliCall call)
    {
        if (Console.IsInputRedirected)
            return false;
        call.Out.Write(call.Words["topology agree"] + " ");
        return Console.ReadLine()?.Trim().ToLowerInvariant() is "y" or "yes" or "j" or "ja";
    }

    private static string Text(CliCall call) => File.ReadAllText(call.Text("file"));

    /// <summary>The whole path: relative files that it names lie beside it.</summary>
    private static string Source(CliCall call) => Path.GetFullPath(call.Text("file"));
}
