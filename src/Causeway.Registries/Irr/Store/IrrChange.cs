using System.Text;
using Causeway.Registries.Irr.Rpsl;
using Causeway.Registries.Irr.Segments;

namespace Causeway.Registries.Irr.Store;

/// <summary>One change to a source, as mirrors carry it.</summary>
internal abstract record IrrChange
{
    private IrrChange() { }

    /// <summary>An object that is new or replaces the one of the same key.</summary>
    public sealed record Put(byte[] Text) : IrrChange;

    public sealed record Delete(RpslObjectKey Key) : IrrChange;

    /// <summary>A change to something that is not kept here.</summary>
    public sealed record Nothing : IrrChange;

    /// <summary>A builder that stands where <paramref name="earlier"/> stood after all changes. Of several changes to one object the last counts.</summary>
    public static SegmentBuilder Build(string path, IrrSegment earlier, IReadOnlyList<IrrChange> changes)
    {
        var parser = new RpslParser();
        var last = new Dictionary<RpslObjectKey, byte[]?>();
        var problems = new RpslProblems();
        foreach (IrrChange change in changes)
            switch (change)
            {
                case Delete delete:
                    last[delete.Key] = null;
                    break;
                case Put put:
                    if (parser.Next(put.Text, final: true, out _) != RpslStep.Object || parser.Class == RpslClass.Other)
                        problems.Count(RpslProblem.OtherClass);
                    else if (RpslNetwork.IsPassedOver(parser.Class, put.Text))
                    {
                        // It may have carried a certificate until now.
                        if (RpslObjectKey.Of(parser, put.Text.AsSpan(parser.Start, parser.Length)) is { } former)
                            last[former] = null;
                    }
                    else if (put.Text.Length > RpslReader.MaxObject)
                        problems.Count(RpslProblem.TooLarge);
                    else if (!IsOf(earlier.Meta.Source, parser, put.Text))
                        problems.Count(RpslProblem.ForeignSource, put.Text);
                    else if (RpslObjectKey.Of(parser, put.Text.AsSpan(parser.Start, parser.Length)) is { } key)
                        last[key] = put.Text;
                    else
                        problems.Count(RpslProblem.BadName, put.Text);
                    break;
            }
        var builder = new SegmentBuilder(path, earlier, last.Keys);
        builder.Problems.Add(RpslProblems.Restore(earlier.Meta.Problems.Select(p => (p.Problem, p.Count, p.Examples))));
        builder.Problems.Add(problems);
        foreach (byte[]? text in last.Values)
            if (text is not null && parser.Next(text, final: true, out _) == RpslStep.Object)
                builder.Add(parser, text.AsSpan(parser.Start, parser.Length), builder.Problems);
        return builder;
    }

    private static bool IsOf(string source, RpslParser parser, byte[] text)
    {
        foreach (RpslAttribute attribute in parser.AttributeSpan)
            if (attribute.Key == RpslKey.Source)
                return Encoding
                    .Latin1.GetString(RpslTokens.First(text.AsSpan(parser.Start + attribute.Start, attribute.Length)))
                    .Equals(source, StringComparison.OrdinalIgnoreCase);
        return true;
    }
}
