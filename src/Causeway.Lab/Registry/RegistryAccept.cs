using System.CommandLine;
using System.Text.Json.Nodes;
using Causeway.Hosting;
using Causeway.Registries;
using Causeway.Registries.Service;
using static Causeway.Lab.Registry.RegistryVerb;

namespace Causeway.Lab.Registry;

/// <summary><c>registry accept</c>: takes what the shrink guard holds back. Beside a running server it asks the server, for only one process writes a folder.</summary>
internal static class RegistryAccept
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public static Command Create(TimeProvider clock)
    {
        var source = new Argument<string>("SOURCE") { Description = "as 'registry status' names it" };
        return new RegistryVerb(
            "accept",
            "Use the newer state of a source that the shrink guard holds back",
            clock,
            (question, cancellation) => AcceptAsync(question, question.Value(source), clock, cancellation),
            source
        )
        {
            Examples = ["causeway registry accept RADB"],
            ExitCodesInWords = "Exit codes: 0 it is in use, 1 nothing was held back, 2 it could not be done.",
        };
    }

    private static async Task<int> AcceptAsync(Question question, string source, TimeProvider clock, CancellationToken cancellation)
    {
        string data = question.DataFolder;
        if (question.Status.FirstOrDefault(s => s.Name.Equals(source, StringComparison.OrdinalIgnoreCase)) is not { } known)
            return question.Refuse([
                $"There is no source {source} in {data}. There are: {string.Join(", ", question.Status.Select(s => s.Name))}.",
            ]);
        if (!known.HoldsBack)
        {
            await question.Errors.WriteLineAsync($"Nothing is held back of {known.Name}.");
            return Question.No;
        }
        using (FileLock? alone = FileLock.TryTake(RegistrySnapshot.LockFile(data), data))
            if (alone is not null)
                await RegistrySnapshot.AcceptAsync(data, known.Name, clock, cancellation);
            else if (!await AskServerAsync(known.Name, data, clock, cancellation))
                return question.Refuse([
                    $"The server that writes {data} did not take {known.Name} over within {Patience.TotalSeconds:0} s; nothing was changed.",
                ]);
        (_, IReadOnlyList<SourceStatus> sources) = await RegistrySnapshot.OpenAsync(data, clock, cancellation);
        SourceStatus now = sources.Single(s => s.Name == known.Name);
        if (now.HoldsBack)
            return question.Refuse([$"{now.Name} still holds a newer state back: {now.Problem}"]);
        question.Print(
            new JsonObject
            {
                ["source"] = now.Name,
                ["records"] = now.Records,
                ["before"] = known.Records,
            },
            o => o.WriteLine($"{now.Name}: {now.Records:N0} records in use, before {known.Records:N0}.")
        );
        return Question.Yes;
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
