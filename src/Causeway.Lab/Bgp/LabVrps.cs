using Causeway.Bgp.Speaker;
using Causeway.Hosting;
using Causeway.Registries;
using Causeway.Registries.Rpki;
using Causeway.Registries.Service;

namespace Causeway.Lab.Bgp;

/// <summary>What <c>--vrps</c> names, kept as fresh as its sources are, and given to the speaker whenever it changes: all routes are then judged anew.</summary>
internal sealed class LabVrps
{
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(1);

    private readonly RpkiService _rpki;
    private readonly SourceWatch _watch = new();
    private readonly TimeProvider _clock;

    private LabVrps(RpkiService rpki, TimeProvider clock) => (_rpki, _clock) = (rpki, clock);

    /// <summary>Reads the files. A cache is heard later: like any router, the speaker does not wait for it, and until then every route is NotFound.</summary>
    /// <returns>Null when none is named, or a file cannot be used; that is then a problem.</returns>
    public static async Task<LabVrps?> OpenAsync(
        IReadOnlyList<string> sources,
        TimeProvider clock,
        List<string> problems,
        CancellationToken cancel
    )
    {
        int before = problems.Count;
        (List<string> files, List<HostPort> caches) = VrpSources.Read("--vrps", sources, problems);
        if (sources.Count == 0 || problems.Count > before)
            return null;
        var options = new RpkiOptions
        {
            Files = files,
            Caches = caches,
            FilePoll = Poll,
            // In a lab whoever writes the file means it.
            Guard = ShrinkGuard.Off,
        };
        var vrps = new LabVrps(new RpkiService(options, clock), clock);
        await vrps._rpki.LoadFilesAsync(cancel);
        problems.AddRange(
            vrps._rpki.Status().Where(s => s.Kind == "vrp-file" && s.AsOf is null).Select(s => $"--vrps: {s.Name}: {s.Problem}.")
        );
        return problems.Count == before ? vrps : null;
    }

    /// <summary>Gives the speaker what is there, and what changes until the supervisor that is answered is disposed of.</summary>
    public Supervisor Feed(BgpSpeaker speaker)
    {
        speaker.SetVrps(_rpki.View.Table);
        speaker.SetAspas(_rpki.View.Aspas);
        _rpki.Changed += view =>
        {
            speaker.SetVrps(view.Table);
            speaker.SetAspas(view.Aspas);
            Say($"{view.Table.Count:N0} VRPs {(view.Aspas.Count == 0 ? "" : $"and {view.Aspas.Count:N0} ASPAs ")}are in use");
        };
        var supervisor = new Supervisor(_clock, new LoopLog(Say));
        var watching = new RegistryLoop("vrp sources", TimeSpan.FromMinutes(1), _ => Task.FromResult(Tell()));
        foreach (Loop loop in _rpki.Loops.Append(watching))
            supervisor.Start(loop);
        return supervisor;
    }

    private TurnResult Tell()
    {
        (IReadOnlyList<SourceStatus> alarms, IReadOnlyList<SourceStatus> recovered) = _watch.Look(_rpki.Status(), _clock.GetUtcNow());
        foreach (SourceStatus source in alarms)
            Say($"--vrps: {source.Name}: {source.Problem}; {source.Records:N0} VRPs of it stay in use");
        foreach (SourceStatus source in recovered)
            Say($"--vrps: {source.Name} is well again");
        return new TurnResult("looked at", Poll);
    }

    private void Say(string text) => Terminal.Out.WriteLine($"{_clock.GetUtcNow():yyyy-MM-ddTHH:mm:ssZ} {text}");
}
