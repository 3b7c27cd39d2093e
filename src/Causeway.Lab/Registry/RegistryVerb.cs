using System.CommandLine;
using System.Text.Json.Nodes;
using Causeway.Cli.Kit;
using Causeway.Registries;
using Causeway.Registries.Proof;
using Causeway.Registries.Sample;
using Causeway.Registries.Service;

namespace Causeway.Lab.Registry;

/// <summary>
/// A verb that asks the registries: opens the data folder, or with <c>--sample</c> the embedded sample, asks, and prints the answer in the form wanted.
/// </summary>
internal sealed class RegistryVerb : CommandWithExamples
{
    private readonly Option<OutputForm> _output = RegistryOptionsOnLine.Output();
    private readonly Option<string?> _query = new("--query")
    {
        Description = "what to take out of the answer, in JMESPath",
        HelpName = "JMESPATH",
    };
    private readonly Option<string> _data = RegistryOptionsOnLine.Data();
    private readonly Option<bool> _sample = new("--sample")
    {
        Description = "answer from the embedded sample, which knows documentation prefixes only",
    };

    public RegistryVerb(string name, string description, TimeProvider clock, Func<Question, int> ask, params ReadOnlySpan<Symbol> symbols)
        : this(name, description, clock, (question, _) => Task.FromResult(ask(question)), symbols) { }

    public RegistryVerb(
        string name,
        string description,
        TimeProvider clock,
        Func<Question, CancellationToken, Task<int>> ask,
        params ReadOnlySpan<Symbol> symbols
    )
        : base(name, description)
    {
        foreach (Symbol symbol in symbols)
            if (symbol is Argument argument)
                Add(argument);
            else
                Add((Option)symbol);
        Add(_output);
        Add(_query);
        Add(_data);
        Add(_sample);
        SetAction((arguments, cancellation) => AskAsync(arguments, clock, ask, cancellation));
    }

    /// <summary>One question: what was typed, what the registries hold, and where the answer goes.</summary>
    internal sealed class Question(RegistryVerb verb, ParseResult arguments, RegistryView view, IReadOnlyList<SourceStatus> status)
    {
        // A script can tell "no" from "could not be asked".
        public const int Yes = 0;
        public const int No = 1;
        public const int Failed = 2;

        public RegistryView View => view;

        public IReadOnlyList<SourceStatus> Status => status;

        public string DataFolder => arguments.GetRequiredValue(verb._data);

        public TextWriter Errors => arguments.InvocationConfiguration.Error;

        public T Value<T>(Argument<T> argument) => arguments.GetRequiredValue(argument);

        public T? Value<T>(Option<T> option) => arguments.GetValue(option);

        public void Print(JsonNode json, Action<TextWriter> table) =>
            RegistryOutput.Write(
                arguments.InvocationConfiguration.Output,
                arguments.GetValue(verb._output),
                json,
                arguments.GetValue(verb._query),
                table
            );

        /// <summary>Says what is wrong with the sources that the answer rests on.</summary>
        public void WarnOfSources()
        {
            foreach (SourceStatus source in status.Where(s => s.Problem is not null && s.Kind != SourceStatus.Snapshot))
                Errors.WriteLine($"Note: {source.Name}: {source.Problem}");
        }

        /// <summary>Why nothing can be asked: an empty registry would answer "no" to everything. Null when something is loaded.</summary>
        public string? NothingLoaded =>
            view.Irr.Sources.Count > 0 || view.Rpki.Sources.Count > 0
                ? null
                : $"Nothing is loaded in {DataFolder}: 'causeway registry status --data {DataFolder}' says what is wrong.";

        public int Refuse(IEnumerable<string> problems)
        {
            foreach (string problem in problems)
                Errors.WriteLine(problem);
            return Failed;
        }
    }

    private async Task<int> AskAsync(
        ParseResult arguments,
        TimeProvider clock,
        Func<Question, CancellationToken, Task<int>> ask,
        CancellationToken cancellation
    )
    {
        string folder = arguments.GetRequiredValue(_data);
        TextWriter errors = arguments.InvocationConfiguration.Error;
        try
        {
            if (arguments.GetValue(_query) is { } query)
                Answer.Check(query);
            if (!arguments.GetValue(_sample))
            {
                if (!Directory.Exists(folder))
                {
                    errors.WriteLine(
                        $"There is no data folder {folder}: 'causeway registry run --data {folder} --dump FILE --vrps FILE' fills one, and --sample answers from the embedded sample."
                    );
                    return Question.Failed;
                }
                (RegistryView view, IReadOnlyList<SourceStatus> status) = await RegistrySnapshot.OpenAsync(folder, clock, cancellation);
                foreach (SourceStatus damaged in status.Where(s => s.Kind == SourceStatus.Snapshot))
                    errors.WriteLine($"Left out: {damaged.Problem}");
                return await ask(new Question(this, arguments, view, status), cancellation);
            }
            errors.WriteLine("The answer is the embedded sample's, which knows documentation prefixes only.");
            DirectoryInfo scratch = Directory.CreateTempSubdirectory("causeway-sample-");
            try
            {
                using var sample = new RegistryService(SampleRegistries.Options(scratch.FullName), clock);
                await sample.LoadAsync(null, cancellation);
                return await ask(new Question(this, arguments, sample.Current, sample.Status()), cancellation);
            }
            finally
            {
                scratch.Delete(recursive: true);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or QueryException)
        {
            errors.WriteLine(e.Message);
            return Question.Failed;
        }
    }
}

/// <summary>The options that every registry verb has.</summary>
internal static class RegistryOptionsOnLine
{
    public static Option<OutputForm> Output() =>
        new("--output", "-o")
        {
            Description = "how the answer is written [default: table]",
            HelpName = CommonOptions.Forms(OutputForm.Table, OutputForm.Json, OutputForm.Yaml, OutputForm.Tsv),
        };

    public static Option<string> Data() =>
        new("--data")
        {
            Description = "the folder that 'registry run' fills",
            DefaultValueFactory = _ => Path.Combine(Environment.GetEnvironmentVariable("CAUSEWAY_DATA") ?? "data", "registries"),
        };
}
