namespace Causeway.Registries.Serving.Whois;

/// <summary>
/// Bounds what answers take of memory while their clients are slow to read them, all connections together: one connection's bound times the number of
/// connections would be more than a machine has. Each client has a share of it, so that slow readers of one take no room from the others.
/// </summary>
/// <param name="limit">Bytes.</param>
/// <param name="all">Of what this is a share; null for the whole.</param>
internal sealed class WhoisPending(long limit, WhoisPending? all = null)
{
    private long _bytes;

    /// <summary>Bytes taken now.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    /// <exception cref="WhoisQueryException">There is no room now.</exception>
    public void Take(int bytes)
    {
        if (Interlocked.Add(ref _bytes, bytes) > limit)
        {
            Interlocked.Add(ref _bytes, -bytes);
            throw new WhoisQueryException("Too many answers are waiting to be read; try again later");
        }
        try
        {
            all?.Take(bytes);
        }
        catch (WhoisQueryException)
        {
            Interlocked.Add(ref _bytes, -bytes);
            throw;
        }
    }

    public void GiveBack(int bytes)
    {
        Interlocked.Add(ref _bytes, -bytes);
        all?.GiveBack(bytes);
    }
}
