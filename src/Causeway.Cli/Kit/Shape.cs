using System.CommandLine;
using Causeway.Client;

namespace Causeway.Cli.Kit;

/// <summary>The shapes that nearly every verb has: show one thing (read, or after writing it), show a list, delete.</summary>
internal static class Shape
{
    /// <param name="working">Key of what it says while it takes long.</param>
    /// <param name="next">What to do next, said after the result.</param>
    public static Verb One<T>(
        string name,
        string[] examples,
        string working,
        Func<CliCall, Task<Document<T>>> run,
        IReadOnlyList<Column<T>> facts,
        Symbol[] symbols,
        Action<CliCall, T>? next = null
    ) =>
        new(
            name,
            examples,
            async call =>
            {
                Document<T> found = await call.Working(working, run(call));
                Printer.One(call, found, facts);
                next?.Invoke(call, found.Body);
            },
            symbols
        );

    /// <param name="nothing">Key of what it says instead of an empty table.</param>
    public static Verb List<T>(
        string name,
        string[] examples,
        string nothing,
        Func<CliCall, Task<IReadOnlyList<Document<T>>>> read,
        IReadOnlyList<Column<T>> columns,
        params Symbol[] symbols
    ) => new(name, examples, async call => Printer.List(call, await call.Reading(read(call)), nothing, columns), symbols);

    /// <summary>Deletes, and says so; absent is fine, as it is for the server.</summary>
    /// <param name="what">What it is called in the sentence.</param>
    public static Verb Delete(
        string name,
        string[] examples,
        Func<CliCall, Task<bool>> run,
        Func<CliCall, string> what,
        params Symbol[] symbols
    ) =>
        new(
            name,
            examples,
            async call =>
            {
                bool was = await call.Working("deleting", run(call));
                if (call.ForPeople)
                    call.Out.WriteLine(
                        call.Words[
                            !was ? "was not there"
                            : call.Wait ? "deleted"
                            : "being deleted",
                            what(call)
                        ]
                    );
            },
            symbols
        );
}
