using Causeway.Demo.Chapters;

namespace Causeway.Demo;

/// <summary>The chapters of the demo, in the order in which they are told. Each can be told alone.</summary>
internal static class DemoChapters
{
    public static readonly IReadOnlyList<DemoChapterEntry> All =
    [
        new("road", cast => new TheRoad(cast)),
        new("proven", cast => new ProvenPrefix(cast)),
        new("letter", cast => new LetterOfAuthorization(cast)),
        new("hijack", cast => new HijackRefused(cast)),
        new("exchange", cast => new AtTheExchange(cast)),
    ];
}

/// <param name="Key">Of its words: <c>demo chapter KEY</c>.</param>
internal sealed record DemoChapterEntry(string Key, Func<DemoCast, DemoChapter> Make);
