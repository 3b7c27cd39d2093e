using System.Net;
using System.Net.Sockets;
using Causeway.Bgp.Configuration;
using Causeway.Bgp.Speaker;
using Causeway.Hosting;

namespace Causeway.Lab.Bgp;

/// <summary><c>bgp run</c>: a speaker with a control socket, until SIGINT or SIGTERM.</summary>
internal static class LabSpeaker
{
    public const string Instance = "main";

    /// <summary>0 when asked to stop; 2 when it cannot start as asked.</summary>
    public static async Task<int> RunAsync(LabOptions options, CancellationToken cancel)
    {
        TimeProvider clock = TimeProvider.System;
        var problems = new List<string>();
        SpeakerConfiguration? configuration = options.Compile(problems);
        LabVrps? vrps = await LabVrps.OpenAsync(options.Vrps, clock, problems, cancel);
        if (configuration is null || problems.Count > 0)
        {
            foreach (string problem in problems)
                await Console.Error.WriteLineAsync($"causeway: {problem}");
            return 2;
        }
        await using var speaker = new BgpSpeaker(clock, Report);
        ControlSocket control;
        try
        {
            // Before the first session: another speaker on this path would be a mistake, and a long MRT file can be watched being read.
            control = new ControlSocket(options.Socket, speaker, configuration);
        }
        catch (IOException e)
        {
            await Console.Error.WriteLineAsync($"causeway: --socket: {e.Message}");
            return 2;
        }
        using (control)
        {
            await using Supervisor? feeding = vrps?.Feed(speaker);
            if (feeding is not null)
            {
                // What reading the file left behind would otherwise be cleaned up while the first routes come in.
                GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            }
            if (!await AreFreeAsync(configuration.Listen))
                return 2;
            await speaker.ApplyAsync(configuration, cancel);
            if (speaker.Listening.Count < configuration.Listen.Count)
                return 2;
            foreach (string note in options.Notes(configuration))
                await Console.Error.WriteLineAsync($"causeway: {note}");
            if (!await LoadFilesAsync(speaker, options, configuration, cancel))
                return 2;
            Console.WriteLine($"ready AS {configuration.Asn}, control socket {options.Socket}");
            Console.WriteLine($"next: causeway bgp show summary --socket {options.Socket}");
            using var signals = Signals.IgnoringHangUp(Console.Out, cancel);
            await signals.Stopped;
        }
        return 0;
    }

    /// <summary>
    /// Before anybody is called: later the speaker goes on trying, but at the start an address in use is a mistake of the command line. Looked at without listening, since
    /// a speaker that listens before it has its peers sends away the one that calls just then.
    /// </summary>
    private static async Task<bool> AreFreeAsync(IEnumerable<IPEndPoint> addresses)
    {
        bool free = true;
        foreach (IPEndPoint address in addresses)
            try
            {
                using var probe = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
                probe.Bind(address);
            }
            catch (SocketException e)
            {
                await Console.Error.WriteLineAsync($"causeway: --listen: cannot listen on {address}: {e.Message}");
                free = false;
            }
        return free;
    }

    /// <summary>Sessions may come up meanwhile: routes are announced as they are read.</summary>
    private static async Task<bool> LoadFilesAsync(
        BgpSpeaker speaker,
        LabOptions options,
        SpeakerConfiguration configuration,
        CancellationToken cancel
    )
    {
        foreach (string path in options.Files)
        {
            try
            {
                await using var file = new MrtFile(path);
                MrtFeedResult loaded = Load(file, path);
                Console.WriteLine(
                    $"{path}: {loaded.Routes} routes, {loaded.Passed} records without routes, {loaded.Malformed} malformed"
                        + (loaded.HoldingSets == 0 ? "" : $", {loaded.HoldingSets} left out for an AS_SET in their path (RFC 9774)")
                );
                if (await file.WhatIsMissing(cancel) is { } missing)
                    throw new InvalidDataException(missing);
                if (loaded.CutShort is { } cut)
                    throw new InvalidDataException($"{path} is incomplete: {cut}. Fetch it again.");
                if (loaded.Routes == 0)
                    throw new InvalidDataException($"{path} holds no route that can be announced: is it an MRT file?");
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
            {
                await Console.Error.WriteLineAsync($"causeway: --announce: {e.Message}");
                return false;
            }
        }
        return true;

        MrtFeedResult Load(MrtFile file, string path)
        {
            try
            {
                return MrtFeed.Load(
                    speaker.TablesOf(Instance)!,
                    file.Stream,
                    Path.GetFileName(path),
                    configuration.Asn,
                    options.AllowAsSets
                );
            }
            catch (InvalidDataException e)
            {
                throw new InvalidDataException(file.Damaged(e), e);
            }
        }
    }

    private static void Report(BgpEvent happened) => Terminal.Out.WriteLine($"{happened.At:yyyy-MM-ddTHH:mm:ssZ} {Words(happened)}");

    private static string Words(BgpEvent happened) =>
        happened switch
        {
            BgpEvent.StateChanged s => $"{s.Neighbor} {s.From} -> {s.To}" + (s.Reason is null ? "" : $": {s.Reason}"),
            BgpEvent.PrefixLimitNear p => $"{p.Neighbor} has {p.Count} {p.Family} prefixes, the limit is {p.Limit}",
            BgpEvent.UpdateTreatedAsWithdraw u =>
                $"{u.Neighbor} sent a malformed UPDATE; its routes are treated as withdrawn (RFC 7606): {u.Fault}",
            BgpEvent.ListenFailed l => l.Text,
            _ => happened.ToString()!,
        };
}
