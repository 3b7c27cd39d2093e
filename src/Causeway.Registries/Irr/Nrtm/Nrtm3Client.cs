using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Causeway.Hosting;
using Causeway.Primitives;
using Causeway.Registries.Irr.Store;
using Polly;
using Polly.Timeout;

namespace Causeway.Registries.Irr.Nrtm;

/// <summary>What an NRTM run found.</summary>
public abstract record NrtmOutcome
{
    private NrtmOutcome() { }

    /// <summary>Nothing newer than what is loaded, or nothing that concerns it up to this serial.</summary>
    public sealed record UpToDate(long Serial) : NrtmOutcome;

    /// <summary>Changes were applied, or held back by the shrink guard; see <see cref="Result"/>.</summary>
    public sealed record Applied(long From, long To, int Changes, IrrOutcome Result) : NrtmOutcome;

    /// <summary>A whole copy was loaded.</summary>
    public sealed record Reloaded(long Serial, IrrOutcome Result) : NrtmOutcome;

    /// <summary>The server cannot continue from our serial (too old, or the server started over): a dump must be loaded.</summary>
    public sealed record NeedsReload(string Reason) : NrtmOutcome;

    /// <summary>Unreachable, refused, cut off or wrong; the state in use is unchanged and marked stale.</summary>
    public sealed record Failed(string Reason) : NrtmOutcome;
}

/// <summary>Where a source is mirrored from by NRTMv3.</summary>
public sealed record Nrtm3Options
{
    public required string Host { get; init; }

    public int Port { get; init; } = 43;

    /// <summary>For the whole exchange.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>The most bytes taken in one run; a mirror further behind than that is better served by a dump.</summary>
    public long MaxBytes { get; init; } = 128L << 20;
}

/// <summary>
/// Keeps a source fresh by NRTM version 3 over TCP: asks for everything after our serial, reads the ADD and DEL operations, and applies them in one step.
/// Nothing is applied unless the answer is complete to its %END, so a connection that breaks costs nothing but the next try. The protocol has no RFC; this
/// follows IRRd's and the RIPE database's documentation of it.
/// </summary>
public sealed class Nrtm3Client(IrrStore store, TimeProvider time, Nrtm3Options options)
{
    private readonly ResiliencePipeline _patience = OutsideCalls.Within(options.Timeout, time);

    /// <summary>One run for one source.</summary>
    public async Task<NrtmOutcome> RunAsync(string source, CancellationToken cancellation)
    {
        source = source.ToUpperInvariant();
        if (store.Current.Source(source)?.Serial is not { } serial)
            return new NrtmOutcome.NeedsReload($"{source} is not loaded with a serial, so there is nothing to continue from.");
        NrtmOutcome outcome;
        try
        {
            outcome = await _patience.ExecuteAsync(async c => await MirrorAsync(source, serial, c), cancellation);
        }
        catch (Nrtm3Exception e) when (e.NeedsReload)
        {
            outcome = new NrtmOutcome.NeedsReload($"{source} is too far behind to catch up: {e.Message}.");
        }
        catch (Exception e) when (e is SocketException or IOException or Nrtm3Exception)
        {
            outcome = new NrtmOutcome.Failed($"NRTM of {source} from {options.Host}:{options.Port}: {e.Message}");
        }
        catch (TimeoutRejectedException)
        {
            outcome = new NrtmOutcome.Failed(
                $"NRTM of {source} from {options.Host}:{options.Port}: no complete answer within {options.Timeout.TotalSeconds:0} s"
            );
        }
        switch (outcome)
        {
            case NrtmOutcome.UpToDate(var at):
                await store.ConfirmAsync(source, at, cancellation);
                break;
            case NrtmOutcome.NeedsReload needs:
                await store.FailAsync(source, needs.Reason, cancellation);
                break;
            case NrtmOutcome.Failed failed:
                await store.FailAsync(source, failed.Reason, cancellation);
                break;
        }
        return outcome;
    }

    private async Task<NrtmOutcome> MirrorAsync(string source, long serial, CancellationToken cancellation)
    {
        Nrtm3Answer answer = await AskAsync(source, serial + 1, "LAST", cancellation);
        if (answer.Refusal is Nrtm3Refusal.AtMost(var atOnce))
            answer = await AskAsync(source, serial + 1, $"{serial + 1 + atOnce}", cancellation);
        switch (answer.Refusal)
        {
            case Nrtm3Refusal.NothingNew:
                return new NrtmOutcome.UpToDate(serial);
            case Nrtm3Refusal.CannotContinue(var why):
                return new NrtmOutcome.NeedsReload($"{source}: the server cannot continue from serial {serial + 1}: {why}");
            case Nrtm3Refusal.AtMost(var serials):
                throw new Nrtm3Exception($"the server gives no more than {serials} serials at once, and not those either");
        }
        // Registries that share serials (RIPE and RIPE-NONAUTH) move on where nothing here does, and forget what lies a fortnight back.
        if (answer.Changes.All(c => c is IrrChange.Nothing))
            return new NrtmOutcome.UpToDate(answer.Last);
        IrrOutcome result = await store.ApplyAsync(
            source,
            answer.Changes,
            answer.Last,
            string.Create(CultureInfo.InvariantCulture, $"nrtm3 {options.Host}:{options.Port}"),
            nrtm4: null,
            cancellation
        );
        return new NrtmOutcome.Applied(serial + 1, answer.Last, answer.Changes.Count, result);
    }

    private async Task<Nrtm3Answer> AskAsync(string source, long first, string last, CancellationToken cancellation)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(options.Host, options.Port, cancellation);
        await using NetworkStream stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"-g {source}:3:{first}-{last}\n"), cancellation);
        using var lines = new Nrtm3Lines(stream, options.MaxBytes);
        return await Nrtm3Answer.ReadAsync(lines, source, first, cancellation);
    }
}
