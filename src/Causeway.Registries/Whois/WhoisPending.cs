namespace Causeway.Registries.Whois;

/// <summary>
/// Bounds what answers take of memory while their clients are slow to read them, all connections together: one connection's bound times the number of
/// connections would be more than a machine has.
/// </summary>
internal sealed class WhoisPending(long limit)
{
    private long _bytes;

    /// <summary>Bytes taken now.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    /// <exception cref="WhoisQueryException">There is no room now.</exception>
    public void Take(int bytes)
    {
        if (Interlocked.Add(ref _bytes, bytes) <= limit)
            return;
        GiveBack(bytes);
        throw new WhoisQueryException("Too many answers are waiting to be read; try again later");
    }

    public void GiveBack(int bytes) => Interlocked.Add(ref _bytes, -bytes);
}
