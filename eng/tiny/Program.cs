using Causeway.TinyRecipe;

const string Usage = """
    Makes causeway-tiny, the small support-desk model, from nothing but this folder.

      data FOLDER [--count N] [--seed N] [--limit N]   conversations as JSON lines, for training and held out
      make FOLDER [--count N] [--seed N]               vocabulary and weights; goes on where it was stopped
      adapt FOLDER [--seed N]                          an adapter that hands refunds over earlier
      measure FOLDER [--aloud]                         what it does with phrases that training never saw; writes its card
    """;

using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = true;
    stop.Cancel();
};

var options = new Options(args);
switch (options.Verb)
{
    case "data":
        DataFiles.Write(options);
        return 0;
    case "make":
        new Maker(options).Run(stop.Token);
        return 0;
    case "adapt":
        AdapterMaker.Run(options, stop.Token);
        return 0;
    case "measure":
        Console.WriteLine(await Card.WriteAsync(options.Folder, options.Aloud, stop.Token));
        return 0;
    default:
        Console.Error.WriteLine(Usage);
        return 2;
}
