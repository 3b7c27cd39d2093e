using System.Runtime.InteropServices;

namespace Causeway.Hosting;

/// <summary>
/// What signals mean to a command that runs until it is stopped: SIGTERM and SIGINT ask it to stop, and a second one, from somebody who will not wait, ends
/// it at once; SIGHUP never ends it.
/// </summary>
public sealed class Signals : IDisposable
{
    /// <summary>What a process ends with that was told to stop at once, as shells have it: 128 and the signal's number.</summary>
    private const int Interrupted = 128 + 2;

    private readonly TaskCompletionSource _stop = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly PosixSignalRegistration[] _registrations;
    private readonly CancellationTokenRegistration _cancelled;

    /// <param name="hangUp">What SIGHUP does; it runs on a thread of its own and must not throw.</param>
    /// <param name="cancellation">Asks to stop as well.</param>
    public Signals(Action hangUp, CancellationToken cancellation)
    {
        _registrations =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop),
            PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop),
            PosixSignalRegistration.Create(
                PosixSignal.SIGHUP,
                signal =>
                {
                    signal.Cancel = true;
                    hangUp();
                }
            ),
        ];
        _cancelled = cancellation.Register(() => _stop.TrySetResult());
    }

    /// <summary>Ends when somebody asked to stop.</summary>
    public Task Stopped => _stop.Task;

    /// <summary>SIGHUP where nothing can be read again: it is said, and that is all.</summary>
    public static Signals IgnoringHangUp(TextWriter output, CancellationToken cancellation) =>
        new(() => output.WriteLine("SIGHUP: nothing to read again; it goes on"), cancellation);

    private void Stop(PosixSignalContext signal)
    {
        signal.Cancel = true;
        if (!_stop.TrySetResult() && signal.Signal == PosixSignal.SIGINT)
            Environment.Exit(Interrupted);
    }

    public void Dispose()
    {
        foreach (PosixSignalRegistration registration in _registrations)
            registration.Dispose();
        _cancelled.Dispose();
    }
}
