using System.CommandLine;
using Causeway.Registries;
using Causeway.Registries.Irr;
using Causeway.Registries.Verdicts;

namespace Causeway.Registry;

/// <summary><c>registry accept</c>: takes what the shrink guard holds back. Beside a running server it asks the server, for only one process writes a folder.</summary>
internal static class RegistryAccept
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public static Command Create(TimeProvider clock, Option<string> data)
    {
        var source = new Argument<string>("SOURCE") { Description = "as 'registry status' names it" };
        var command = new Command("accept", "Use the newer state of a source that the shrink guard holds back. Exits 1 when there is none.")
        {
            source,
            data,
        };
        command.SetAction(
            async (arguments, cancellation) =>
            {
                TextWriter output = arguments.InvocationConfiguration.Output,
                    errors = arguments.InvocationConfiguration.Error;
                try
                {
                    return await AcceptAsync(
                        arguments.GetRequiredValue(source),
                        arguments.GetRequiredValue(data),
                        output,
                        errors,
                        clock,
                        cancellation
                    );
                }
                catch (Exception e) when (e is IOException or UnauthorizedAccessException)
                {
                    await errors.WriteLineAsync(e.Message);
                    return 2;
                }
            }
        );
        return command;
    }

    private static async Task<int> AcceptAsync(
        string source,
        string data,
        TextWriter output,
        TextWriter errors,
        TimeProvider clock,
        CancellationToken cancellation
    )
    {
        (_, IReadOnlyList<SourceStatus> sources) = await RegistrySnapshot.OpenAsync(data, clock, cancellation);
        if (sources.FirstOrDefault(s => s.Name.Equals(source, StringComparison.OrdinalIgnoreCase)) is not { } known)
        {
            await errors.WriteLineAsync(
                $"There is no source {source} in {data}. There are: {string.Join(", ", sources.Select(s => s.Name))}."
            );
            return 2;
        }
        if (!known.HoldsBack)
        {
            await errors.WriteLineAsync($"Nothing is held back of {known.Name}.");
            return 1;
        }
        using (FolderLock? alone = FolderLock.TryTake(data))
            if (alone is null)
            {
                if (!await AskServerAsync(known.Name, data, clock, cancellation))
                {
                    await errors.WriteLineAsync(
                        $"The server that writes {data} did not take {known.Name} over within {Patience.TotalSeconds:0} s; nothing was changed."
                    );
                    return 2;
                }
            }
            else
                await RegistrySnapshot.AcceptAsync(data, known.Name, clock, cancellation);
        (_, sources) = await RegistrySnapshot.OpenAsync(data, clock, cancellation);
        SourceStatus now = sources.Single(s => s.Name == known.Name);
        if (now.HoldsBack)
        {
            await errors.WriteLineAsync($"{now.Name} still holds a newer state back: {now.Problem}");
            return 2;
        }
        await output.WriteLineAsync($"{now.Name}: {now.Records:N0} records in use, before {known.Records:N0}.");
        return 0;
    }

    private static async Task<bool> AskServerAsync(string source, string data, TimeProvider clock, CancellationToken cancellation)
    {
        AcceptRequest request = AcceptRequest.Leave(data, source);
        try
        {
            for (long started = clock.GetTimestamp(); request.IsPending; )
            {
                if (clock.GetElapsedTime(started) > Patience)
                    return false;
                await Task.Delay(TimeSpan.FromMilliseconds(100), clock, cancellation);
            }
            return true;
        }
        finally
        {
            request.Done();
        }
    }
}
