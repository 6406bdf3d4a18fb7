namespace Causeway.TinyRecipe;

/// <summary>Plain English for the vocabulary, so that words the support desk never says are not spelled letter by letter.</summary>
internal static class GeneralText
{
    public static readonly string[] Sentences =
    [
        "The people who work here know that a good answer is short, true and kind.",
        "If you want to know more about this, please write to us and we will come back to you within two days.",
        "There are many ways to say the same thing, and most of them are longer than they should be.",
        "When the weather is fine we go for a walk along the river and look at the boats.",
        "She asked him whether he had seen the letter that came with the morning post.",
        "A program should do one thing well, say what it does, and stop when it is told to stop.",
        "The first number is larger than the second, but the third is larger than both.",
        "What would you like to have, tea or coffee, and with how much sugar?",
        "We have been open every day since the beginning of the year except on Sundays.",
        "Nobody could tell where the noise came from, so everyone went outside to look.",
    ];
}
