namespace Causeway.Engine.Training;

/// <summary>
/// The arrays of a step, used again by the next one: a step's activations are some hundred megabytes, which the system would otherwise hand out and clear
/// each time. Arrays are taken in the same order in every step, so the n-th that is asked for is the n-th of the step before, if it is long enough.
/// One thread at a time.
/// </summary>
internal sealed class Scratch
{
    private readonly List<float[]> _arrays = [];

    /// <summary>How many arrays are taken; setting it back returns those taken since.</summary>
    public int Taken { get; set; }

    /// <returns>An array of at least this length; what is in it is unspecified.</returns>
    public float[] Take(int length)
    {
        if (Taken == _arrays.Count) _arrays.Add([]);
        // A little more than asked for: the next batch may be a little larger.
        if (_arrays[Taken].Length < length) _arrays[Taken] = GC.AllocateUninitializedArray<float>(checked(length + (length / 16)));
        return _arrays[Taken++];
    }

    /// <returns>An array of at least this length, of which so many numbers are 0.</returns>
    public float[] TakeZeros(int length)
    {
        var array = Take(length);
        array.AsSpan(0, length).Clear();
        return array;
    }
}
