namespace Causeway.Registries.Serving.Whois;

/// <summary>What to send for one query; disposed when sent.</summary>
/// <param name="Head">Sent before the content.</param>
/// <param name="Content">Null for none.</param>
/// <param name="Tail">Sent after the content.</param>
internal readonly record struct WhoisReply(ReadOnlyMemory<byte> Head, WhoisAnswer? Content, ReadOnlyMemory<byte> Tail) : IDisposable
{
    public static readonly WhoisReply None;

    public int Length => Head.Length + (Content?.Length ?? 0) + Tail.Length;

    public static WhoisReply Of(ReadOnlySpan<byte> text) => new(text.ToArray(), null, default);

    public IEnumerable<ReadOnlyMemory<byte>> Pieces()
    {
        yield return Head;
        if (Content is not null)
            foreach (ReadOnlyMemory<byte> piece in Content.Pieces())
                yield return piece;
        yield return Tail;
    }

    public byte[] ToArray()
    {
        var whole = new byte[Length];
        int at = 0;
        foreach (ReadOnlyMemory<byte> piece in Pieces())
        {
            piece.CopyTo(whole.AsMemory(at));
            at += piece.Length;
        }
        return whole;
    }

    public void Dispose() => Content?.Dispose();
}
